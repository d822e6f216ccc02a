"""Settings of one server that restrict its hosts, its origins and its feedback."""

ADMIN_KEY = "an admin key for restricted servers"
ORIGIN = "https://www.example.com"
RESTRICTIONS = {
    "admin_key": ADMIN_KEY,
    "allowed_hosts": "127.0.0.1,*.example.org",
    "cors_origins": ORIGIN,
    "feedback_per_client": "12",
    "feedback_texts_per_client": "3",
}
