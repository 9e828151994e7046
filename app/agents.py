"""What a browser says of itself, as people call it: "Firefox · Windows"."""

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
# An iPad asks for desktop pages as a Mac, and an Android is a Linux.
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_HAND_HELD = {"Android", "iPhone", "iPad"}


def device_of(agent: str) -> tuple[str, bool]:
    """Return what to call the device, and whether it is held in the hand; "" if it does not say."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return " · ".join(word for word in (browser, system) if word), system in _HAND_HELD
