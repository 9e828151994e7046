"""What is planted into the records, to be looked for on every page."""

EMAIL = "zuzanna.krzemien@poczta.example"
PHONE = "60144721"
STREET = "ul. Zielonego Znaku 417"
COST = 1_237_41
