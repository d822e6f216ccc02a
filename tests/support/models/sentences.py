"""Sentences that small models score."""

SENTENCES = (
    "Boarding was quick and the crew smiled all the way",
    "Three hours on the tarmac and not one word from the pilot :(",
    "ok",
    "",
    "@AirParadis the seats are great, the coffee isn't! https://airparadis.com/coffee",
    "I will never again fly with a company that loses my bag twice in one week " * 3,
    "merci 😍 #BestFlight",
)
