"""Ed25519 signatures that the holder of the public key can check."""

from __future__ import annotations

import base64

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.system import key_pairs

# Known from elsewhere: the same message signed by another implementation.
PRIVATE = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
MESSAGE = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
SIGNATURE = "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="


def verify(public: str, signature: str, message: bytes) -> None:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    key.verify(base64.b64decode(signature.removeprefix("v1a,")), message)


@pytest.mark.criterion("webhooks-16")
def test_a_signature_is_the_one_that_others_make() -> None:
    assert key_pairs.sign(PRIVATE, MESSAGE) == SIGNATURE


def test_a_new_key_signs_what_its_public_key_verifies() -> None:
    private = key_pairs.new_private()
    signature = key_pairs.sign(private, MESSAGE)
    verify(key_pairs.public_of(private), signature, MESSAGE)
    with pytest.raises(InvalidSignature):
        verify(key_pairs.public_of(private), signature, MESSAGE + b" ")
    with pytest.raises(InvalidSignature):
        verify(key_pairs.public_of(key_pairs.new_private()), signature, MESSAGE)


def test_the_web_key_holds_the_public_half_alone() -> None:
    found = key_pairs.web_key(PRIVATE, "whk_1")
    assert found["whpk"] == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
    assert (found["kty"], found["crv"], found["kid"]) == ("OKP", "Ed25519", "whk_1")
    assert base64.urlsafe_b64decode(found["x"] + "=") == base64.b64decode(found["whpk"].removeprefix("whpk_"))
    assert "6Xb" not in str(found)
