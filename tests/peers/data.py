"""What the servers are filled with: made up, the same every time, with sums that are known.

One month of charging at 60 locations. Quantities and the price are such that every cost has at
most two decimals: what is stated is what a replay gives, whatever the rounding. Every kWh costs
the same, so that the sum of the costs tells the sum of the energy.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

COUNTRY, PARTY = "NL", "XYZ"
MONTH = "2026-09"
COUNTS = {"cdrs": 1234, "sessions": 1300, "tariffs": 40, "locations": 60, "tokens": 310}
BEGIN = datetime(2026, 9, 1, tzinfo=timezone.utc)
EVSES = 2 * COUNTS["locations"]
# Of one kWh, without tax.
PRICE = Decimal("0.40")


def text(at):
    """An instant as OCPI writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def start(n):
    return BEGIN + timedelta(minutes=30 * n)


def end(n):
    return start(n) + timedelta(minutes=15 + 15 * (n % 4))


def kwh(n):
    """1 to 45.5 kWh, in halves."""
    return Decimal(2 + n * 7 % 90) / 2


def cost(n):
    return kwh(n) * PRICE


def tariff(n, version):
    component = {"type": "ENERGY", "price": float(PRICE), "step_size": 1}
    tariff = {
        "id": f"T{n}",
        "currency": "EUR",
        "tariff_alt_text": [{"language": "en", "text": f"Tariff {n}"}],
        "elements": [{"price_components": [component]}],
        "last_updated": text(BEGIN - timedelta(days=30, minutes=n)),
    }
    if version == "2.1.1":
        return tariff
    component["vat"] = 21.0
    return owned(tariff)


def owned(thing):
    """The same with its owner, as from 2.2 on."""
    return {"country_code": COUNTRY, "party_id": PARTY, **thing}


def connector(n, version):
    shared = {
        "id": "1",
        "standard": "IEC_62196_T2",
        "format": "SOCKET",
        "power_type": "AC_3_PHASE",
        "last_updated": text(BEGIN - timedelta(days=60)),
    }
    tariff = f"T{n % COUNTS['tariffs']}"
    if version == "2.1.1":
        return {**shared, "voltage": 400, "amperage": 32, "tariff_id": tariff}
    return {**shared, "max_voltage": 400, "max_amperage": 32, "tariff_ids": [tariff]}


def evse(n, version):
    return {
        "uid": f"E{n}",
        "evse_id": f"{COUNTRY}*{PARTY}*E{n}",
        "status": "AVAILABLE",
        "connectors": [connector(n, version)],
        "last_updated": text(BEGIN - timedelta(days=60)),
    }


def place(n):
    """Where a location is, as each version and object has it."""
    return {
        "id": f"L{n}",
        "name": f"Markt {n}",
        "address": f"Markt {n}",
        "city": "Utrecht",
        "postal_code": "3511 AA",
        "country": "NLD",
        "coordinates": {"latitude": f"52.{n:06}", "longitude": f"5.{n:06}"},
    }


def location(n, version, evses=None):
    location = {
        **place(n),
        "time_zone": "Europe/Amsterdam",
        "evses": [evse(one, version) for one in evses or (2 * n, 2 * n + 1)],
        "last_updated": text(BEGIN - timedelta(days=60, minutes=n)),
    }
    if version == "2.1.1":
        return {**location, "type": "ON_STREET"}
    return owned({**location, "publish": True})


def token(n, version):
    """A token of theirs, as they send it in the role of a provider."""
    token = {
        "uid": f"UID{n:05}",
        "type": "RFID",
        "issuer": "Xyz Mobility",
        "valid": n % 10 != 0,
        "whitelist": "ALLOWED",
        "last_updated": text(BEGIN + timedelta(minutes=n)),
    }
    contract = f"{COUNTRY}-{PARTY}-C{n:06}"
    if version == "2.1.1":
        return {**token, "auth_id": contract}
    return owned({**token, "contract_id": contract})


def user(n, version):
    """Who charged: a driver of ours."""
    contract = f"NL-TAL-C{n % 400:06}"
    if version == "2.1.1":
        return {"auth_id": contract}
    token = {"country_code": "NL", "party_id": "TAL", "uid": f"TAL{n % 400:05}", "type": "RFID"}
    return {"cdr_token": {**token, "contract_id": contract}}


def period(n, version):
    hours = (end(n) - start(n)).total_seconds() / 3600
    volumes = [("ENERGY", float(kwh(n))), ("TIME", hours)]
    period = {
        "start_date_time": text(start(n)),
        "dimensions": [{"type": kind, "volume": volume} for kind, volume in volumes],
    }
    if version == "2.1.1":
        return period
    return {**period, "tariff_id": f"T{n % COUNTS['tariffs']}"}


def session(n, version):
    session = {
        "id": f"S{n}",
        "kwh": float(kwh(n)),
        **user(n, version),
        "auth_method": "WHITELIST",
        "currency": "EUR",
        "charging_periods": [period(n, version)],
        "status": "COMPLETED",
        "last_updated": text(end(n) + timedelta(minutes=1)),
    }
    times = (text(start(n)), text(end(n)))
    at = n % EVSES
    if version == "2.1.1":
        where = location(at // 2, version, [at])
        session.update(start_datetime=times[0], end_datetime=times[1], location=where)
        return {**session, "total_cost": float(cost(n))}
    session.update(start_date_time=times[0], end_date_time=times[1])
    session.update(location_id=f"L{at // 2}", evse_uid=f"E{at}", connector_id="1")
    return owned({**session, "total_cost": {"excl_vat": float(cost(n))}})


def cdr(n, version):
    at = n % EVSES
    cdr = {
        "id": f"CDR{n}",
        "start_date_time": text(start(n)),
        **user(n, version),
        "auth_method": "WHITELIST",
        "currency": "EUR",
        "tariffs": [tariff(n % COUNTS["tariffs"], version)],
        "charging_periods": [period(n, version)],
        "total_energy": float(kwh(n)),
        "total_time": (end(n) - start(n)).total_seconds() / 3600,
        "last_updated": text(end(n) + timedelta(minutes=5)),
    }
    if version == "2.1.1":
        where = location(at // 2, version, [at])
        cdr.update(stop_date_time=text(end(n)), location=where)
        return {**cdr, "total_cost": float(cost(n))}
    where = {
        **place(at // 2),
        "evse_uid": f"E{at}",
        "evse_id": f"{COUNTRY}*{PARTY}*E{at}",
        "connector_id": "1",
        "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET",
        "connector_power_type": "AC_3_PHASE",
    }
    cdr.update(end_date_time=text(end(n)), session_id=f"S{n}", cdr_location=where)
    return owned({**cdr, "total_cost": {"excl_vat": float(cost(n))}})


MAKE = {
    "cdrs": cdr,
    "sessions": session,
    "tariffs": tariff,
    "locations": location,
    "tokens": token,
}


def filled(version):
    """Every list of a version."""
    return {
        module: [make(n, version) for n in range(COUNTS[module])] for module, make in MAKE.items()
    }


def roles(role):
    """Who they are, as credentials say it."""
    return [owned({"role": role, "business_details": {"name": "Xyz Mobility"}})]
