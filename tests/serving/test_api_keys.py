import hashlib

import pytest

from serving.api_keys import main, new_api_key, parse_api_keys, parse_rate

DIGEST = "ab" * 32


def test_a_new_key_is_found_by_its_digest() -> None:
    key, entry = new_api_key("web", "600/minute")
    (parsed,) = parse_api_keys(entry)
    assert parsed.name == "web"
    assert parsed.digest == hashlib.sha256(key.encode()).digest()
    assert (parsed.rate.amount, parsed.rate.get_expiry()) == (600, 60)
    assert key not in entry
    assert key != new_api_key("web", "600/minute")[0]


def test_entries_are_separated_by_commas() -> None:
    entries = ", ".join(new_api_key(name, "10 per 5 minutes")[1] for name in ("web", "night_batch"))
    parsed = parse_api_keys(f" {entries},")
    assert [key.name for key in parsed] == ["web", "night_batch"]
    assert parsed[0].rate.get_expiry() == 300


@pytest.mark.parametrize(
    "entries",
    [
        "web",
        f"web:sha256:{DIGEST}",
        f"web:md5:{DIGEST}:1/second",
        f"Web Page:sha256:{DIGEST}:1/second",
        f"web:sha256:{DIGEST[2:]}:1/second",
        f"web:sha256:{DIGEST}:0/second",
        f"web:sha256:{DIGEST}:often",
        f"web:sha256:{DIGEST}:1/second;2/minute",
        f"web:sha256:{DIGEST}:1/second,web:sha256:{'cd' * 32}:1/second",
        f"web:sha256:{DIGEST}:1/second,batch:sha256:{DIGEST}:1/second",
    ],
)
def test_a_wrong_entry_is_refused_without_repeating_it(entries: str) -> None:
    with pytest.raises(ValueError, match=r"entry") as refused:
        parse_api_keys(entries)
    assert DIGEST[2:] not in str(refused.value)


@pytest.mark.parametrize(
    "rate", ["", "600", "-1/minute", "0/hour", "1/fortnight", "9" * 20 + "/day"]
)
def test_a_wrong_rate_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="600/minute"):
        parse_rate(rate)


def test_the_command_prints_the_key_and_its_entry(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["web", "600/minute"]) == 0
    _, key, _, entry = capsys.readouterr().out.splitlines()
    assert parse_api_keys(entry)[0].digest == hashlib.sha256(key.encode()).digest()


@pytest.mark.parametrize("arguments", [[], ["web"], ["web", "often"], ["a:b", "1/second"]])
def test_the_command_refuses_wrong_arguments_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("python -m serving.api_keys NAME RATE")
    assert printed.err.count("\n") == 1
