"""Certificate authorities as companies make them: with and without what OpenSSL's strict checks want."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_START = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_END = datetime.datetime(2090, 1, 1, tzinfo=datetime.UTC)


@dataclass
class Authority:
    """An authority whose certificates say what they say; it signs for 127.0.0.1.

    `has_key_id`: with subject and authority key identifiers. `is_critical`: its basic constraints are marked
    as critical. `has_usage`: it says that its key signs certificates.
    """

    has_key_id: bool = True
    is_critical: bool = True
    has_usage: bool = True

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Company CA")
        builder = _builder(self._name, self._name, self._key).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=self.is_critical
        )
        if self.has_usage:
            signs = dict.fromkeys(
                ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
                 "key_agreement", "crl_sign", "encipher_only", "decipher_only"], False,
            )  # fmt: skip
            usage = x509.KeyUsage(key_cert_sign=True, **signs)
            builder = builder.add_extension(usage, critical=True)
        if self.has_key_id:
            key_id = x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())
            builder = builder.add_extension(key_id, critical=False)
        self._certificate = builder.sign(self._key, hashes.SHA256())

    def write(self, path: Path) -> Path:
        """Its own certificate as a PEM file."""
        path.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))
        return path

    def server_context(self, folder: Path) -> ssl.SSLContext:
        """TLS for a server on 127.0.0.1, with a certificate of this authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name("127.0.0.1"), self._name, key).add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        if self.has_key_id:
            key_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
            builder = builder.add_extension(key_id, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        path = folder / "server.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    return builder.not_valid_before(_START).not_valid_after(_END)
