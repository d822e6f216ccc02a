import base64
import hashlib
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from serving.prediction_ids import PredictionTokens, UnknownPredictionError

TEXT = "Boarding went well"


def sign(tokens: PredictionTokens, text: str = TEXT) -> str:
    return tokens.sign(text, "lstm", "v1", "positive", 0.875)


def content(token: str) -> list[object]:
    """The claims that anybody can read in an id."""
    said, *_ = token.split(".")
    claims: list[object] = json.loads(base64.urlsafe_b64decode(said + "=="))
    return claims


def test_an_id_contains_the_prediction_and_no_text() -> None:
    tokens = PredictionTokens("secret", lifetime_s=60)
    claims = tokens.read(sign(tokens))
    assert (claims.model, claims.version, claims.label) == ("lstm", "v1", "positive")
    assert claims.probability == 0.875
    assert claims.text_hash == tokens.text_hash(f"  {TEXT}\n")
    assert claims.text_hash != tokens.text_hash(TEXT + "!")
    assert claims.text_hash != PredictionTokens("other", 60).text_hash(TEXT)
    assert content(sign(tokens))[1:-1] == ["lstm", "v1", "positive", 0.875, len(TEXT)]
    assert TEXT not in str(content(sign(tokens)))


def test_the_text_hash_in_an_id_differs_between_ids_of_one_text() -> None:
    tokens = PredictionTokens("secret", lifetime_s=60)
    ids = [sign(tokens) for _ in range(50)]
    assert len({content(token)[-1] for token in ids}) == 50
    assert tokens.text_hash(TEXT) not in {content(token)[-1] for token in ids}
    assert {tokens.read(token).text_hash for token in ids} == {tokens.text_hash(TEXT)}


def test_an_id_of_a_version_without_a_masked_hash_is_unknown() -> None:
    key = hashlib.sha256(b"prediction secret").digest()
    signer = TimestampSigner(key, key_derivation="none", digest_method=hashlib.sha256)
    claims = ["nonce", "lstm", "v1", "positive", 0.875, 4, "hash"]
    token = signer.sign(base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"="))
    with pytest.raises(UnknownPredictionError):
        PredictionTokens("secret", lifetime_s=60).read(token.decode())


def test_a_pseudonym_is_the_same_for_one_client_and_one_secret_only() -> None:
    tokens = PredictionTokens("secret", lifetime_s=60)
    assert tokens.pseudonym("192.0.2.1") == tokens.pseudonym("192.0.2.1")
    assert tokens.pseudonym("192.0.2.1") != tokens.pseudonym("192.0.2.2")
    assert tokens.pseudonym("192.0.2.1") != PredictionTokens("other", 60).pseudonym("192.0.2.1")


def test_two_predictions_of_one_text_have_different_ids() -> None:
    tokens = PredictionTokens("secret", lifetime_s=60)
    assert tokens.read(sign(tokens)).nonce != tokens.read(sign(tokens)).nonce


def test_replicas_with_one_secret_accept_each_others_ids() -> None:
    token = sign(PredictionTokens("shared", lifetime_s=60))
    assert PredictionTokens("shared", lifetime_s=60).read(token).model == "lstm"
    with pytest.raises(UnknownPredictionError):
        PredictionTokens("another", lifetime_s=60).read(token)


def test_an_id_expires() -> None:
    tokens = PredictionTokens("secret", lifetime_s=0.5)
    token = sign(tokens)
    time.sleep(1.6)  # the signature counts whole seconds
    with pytest.raises(UnknownPredictionError):
        tokens.read(token)


@pytest.mark.parametrize("other", ["A", "a", "0", "_", "."])
def test_a_changed_id_is_unknown(other: str) -> None:
    tokens = PredictionTokens("secret", lifetime_s=60)
    token = sign(tokens)
    # Without the last character of the signature, whose base64 has unused bits.
    for place in range(len(token) - 1):
        if token[place] != other:
            with pytest.raises(UnknownPredictionError):
                tokens.read(token[:place] + other + token[place + 1 :])


@settings(deadline=None)
@given(st.text(max_size=300))
def test_an_arbitrary_text_is_an_unknown_id(text: str) -> None:
    with pytest.raises(UnknownPredictionError):
        PredictionTokens("secret", lifetime_s=60).read(text)
