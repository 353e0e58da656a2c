"""What the pretended providers are known by, and the keys that they know senders by.

Made once into a folder: an authority of its own for 127.0.0.1, a service account for FCM and a
signing key for APNs. `settings.json` there names them as Fortnight's settings.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HERE = ip_address("127.0.0.1")
LIFE = timedelta(days=3650)

PROJECT = "fortnight-here"
ACCOUNT = "diary@fortnight-here.example"
KEY_ID, TEAM_ID = "HERE123456", "FORTNIGHT1"
APPS = ("org.fortnight.diary", "org.fortnight.diary.watch")


def prepare(folder: Path) -> dict[str, str]:
    """Make what is missing; the settings come last, so they are there only with all the rest."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = {
        "DIARY_FCM_ACCOUNT_FILE": folder / "fcm-account.json",
        "DIARY_APNS_KEY_FILE": folder / "apns-key.p8",
        "DIARY_PUSH_CA": folder / "authority.pem",
    }
    account, key, authority = files.values()
    if not account.exists():
        write(account, json.dumps(service_account(), indent=1))
    if not key.exists():
        write(key, pem(ec.generate_private_key(ec.SECP256R1())))
    if not authority.exists():
        make_certificates(folder)
    settings = {name: str(path) for name, path in files.items()} | {
        "DIARY_APNS_KEY_ID": KEY_ID,
        "DIARY_APNS_TEAM_ID": TEAM_ID,
        "DIARY_APNS_APPS": ",".join(APPS),
    }
    write(folder / "settings.json", json.dumps(settings, indent=1))
    return settings


def service_account() -> dict[str, str]:
    """What Firebase's console gives, with a key of our own."""
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "here-1",
        "private_key": pem(rsa.generate_private_key(65537, 2048)),
        "client_email": ACCOUNT,
    }


def make_certificates(folder: Path) -> None:
    """An authority that may vouch for this machine only, and the server's certificate by it."""
    now = datetime.now(UTC) - timedelta(hours=1)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Fortnight, pretended")])
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    only_here = [x509.IPAddress(ip_network(f"{HERE}/32")), x509.DNSName("localhost")]
    root = (
        begun(authority, authority, authority_key, now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(only_here, None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, str(HERE))])
    names = x509.SubjectAlternativeName([x509.IPAddress(HERE), x509.DNSName("localhost")])
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    leaf = (
        begun(name, authority, key, now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(names, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(signer, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    write(folder / "server.pem", leaf.public_bytes(Encoding.PEM).decode())
    write(folder / "server.key", pem(key))
    write(folder / "authority.pem", root.public_bytes(Encoding.PEM).decode())


def begun(
    name: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def write(path: Path, text: str) -> None:
    """Whole or not at all, and readable by this account alone from the first instant on."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as file:
        file.write(text)
    fresh.replace(path)
