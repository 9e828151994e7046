"""What is planted into the records, to be looked for on every page."""

EMAIL = "zuzanna.krzemien@poczta.example"
PHONE = "60144721"
STREET = "ul. Zielonego Znaku 417"
COST = 1_237_41
NOTE = f"Call 601 447 219 or +48{PHONE}9, or write to 9.{EMAIL}: she is at work."
