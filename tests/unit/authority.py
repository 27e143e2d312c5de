"""An authority of certificates, users with proxy certificates as the Grid makes them, and tokens: all for tests."""

import base64
import datetime
import hashlib
import ipaddress
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

PROXY = x509.UnrecognizedExtension(  # RFC 3820: inherits all rights of its issuer
    x509.ObjectIdentifier("1.3.6.1.5.5.7.1.14"), bytes.fromhex("300c300a06082b06010505071501")
)
ITSELF = x509.BasicConstraints(ca=True, path_length=None)
NO_AUTHORITY = x509.BasicConstraints(ca=False, path_length=None)
BEGIN = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
LOOPBACK = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


def token(**claims):
    parts = ({"alg": "RS256", "kid": "key-of-the-tests"}, claims, "signature of " + "the tests " * 4)
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


class Holder:
    """Somebody with a certificate, a key, and the certificates between him and the authority."""

    def __init__(self, names, ends, extension, issuer=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.names = names
        issuer = issuer or self
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(names))
            .issuer_name(_name(issuer.names))
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(BEGIN)
            .not_valid_after(datetime.datetime.fromtimestamp(ends, datetime.timezone.utc))
            .add_extension(extension, critical=not isinstance(extension, x509.SubjectAlternativeName))
            .sign(issuer.key, hashes.SHA256())
        )
        self.chain = [] if issuer is self or issuer.chain is None else [issuer.pem(), *issuer.chain]

    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self, password=None):
        hide = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, hide)

    def file(self, path):
        """Write certificate, key and chain in the order of a proxy's file."""
        path.write_bytes(b"".join([self.pem(), self.key_pem(), *self.chain]))
        return str(path)


class Authority(Holder):
    def __init__(self, name="authority of the tests", ends=4_000_000_000):
        super().__init__([name], ends, ITSELF)
        self.chain = None

    def directory(self, path):
        """Write the certificate under the hash of its name, as OpenSSL looks it up: for lower-case names only."""
        path.mkdir()
        name = _name(self.names).public_bytes()[2:]
        hash_ = int.from_bytes(hashlib.sha1(name, usedforsecurity=False).digest()[:4], "little")
        (path / f"{hash_:08x}.0").write_bytes(self.pem())
        return str(path)

    def server(self):
        return Holder(["127.0.0.1"], 4_000_000_000, LOOPBACK, self)

    def user(self, ends=4_000_000_000):
        return Holder(["somebody"], ends, NO_AUTHORITY, self)

    def proxy(self, user, ends):
        return Holder([*user.names, "1234567"], ends, PROXY, user)


def _name(names):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name) for name in names])
