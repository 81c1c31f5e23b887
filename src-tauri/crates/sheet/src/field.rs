//! What a column can be of, and by which names partners call it (English, German, Dutch, French).

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident: [$($phrase:literal),* $(,)?];)*) => {
        /// What a column holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $variant,)*
        }

        impl Field {
            /// Every field, in the order of this file.
            pub const ALL: &'static [Field] = &[$(Field::$variant,)*];

            /// The names by which it goes: words in lower case, accents folded.
            pub(crate) fn phrases(self) -> &'static [&'static str] {
                match self { $(Field::$variant => &[$($phrase),*],)* }
            }
        }
    };
}

fields! {
    /// The record's own id.
    Id: ["cdr id", "cdr", "cdr nr", "cdr number", "cdr reference", "record id", "id", "object id",
        "transaction id", "transaction", "transaction number", "charge id", "charging id",
        "reference", "reference number", "uuid", "guid", "beleg nr", "belegnummer",
        "buchungsnummer", "buchungs id", "vorgangsnummer", "vorgangs nr", "vorgang",
        "ladevorgang", "ladevorgangs id", "transaktions id", "transaktionsnummer", "referenz",
        "referenznummer", "cdr nummer", "transactie id", "transactie", "transactienummer",
        "laadtransactie", "kenmerk", "referentie", "numero", "numero transaction",
        "id transaction", "reference cdr", "id cdr", "nr", "no", "nummer", "charge record"];
    /// The charging session's id.
    SessionId: ["session id", "session", "session number", "session nr", "session uid",
        "charging session id", "charging session", "sitzung", "sitzungs id", "ladesitzung",
        "lade session id", "sessie", "sessie id", "laadsessie", "laadsessie id", "sessienummer",
        "id session", "session charge", "numero session", "session recharge"];
    /// A running number of the rows; says nothing about the record.
    LineNumber: ["row", "row number", "row nr", "line", "line number", "line no", "pos",
        "position", "lfd nr", "laufende nummer", "laufnummer", "zeile", "zeilennummer", "regel",
        "regelnummer", "volgnummer", "ligne", "numero ligne", "index"];
    /// When the session began: date, or date and time.
    StartAt: ["start", "start date", "start date time", "start datetime", "start time",
        "start timestamp", "started", "started at", "start at", "begin", "beginning", "from",
        "session start", "charging start", "charge start", "plug in", "plugin", "date", "datum",
        "start plugin", "beginn", "startzeit", "startzeitpunkt", "startdatum", "ladebeginn",
        "ladestart", "startzeit ladevorgang", "von", "anfang", "beginn ladevorgang", "starttijd",
        "begintijd", "start tijd", "start laden", "begin laden", "aanvang", "starttijdstip",
        "debut", "date debut", "heure debut", "debut charge", "debut session", "date heure debut",
        "commence", "date start", "time start", "transaction start", "start transaction"];
    /// The time of day it began, where the date stands in another column.
    StartTime: ["start time", "starttime", "time start", "begin time", "time from", "time",
        "startzeit", "beginn uhrzeit", "uhrzeit", "startuhrzeit", "uhrzeit beginn", "uhrzeit von",
        "start uhrzeit", "starttijd", "begintijd", "tijd", "tijd start", "heure debut", "heure",
        "session start time", "beginn", "start", "von"];
    /// The zone of the start, or of both.
    StartZone: ["start time zone", "start zone", "start timezone", "time zone", "timezone", "tz",
        "zeitzone", "zeitzone start", "tijdzone", "fuseau horaire", "fuseau", "utc offset",
        "offset"];
    /// When the session ended: date, or date and time.
    EndAt: ["end", "end date", "end date time", "end datetime", "end time", "end timestamp",
        "ended", "ended at", "end at", "stop", "stopped", "stop time", "stop date",
        "stop timestamp", "stop date time", "to", "until", "finish",
        "finished", "session end", "charging end", "charge end", "plug out", "plugout",
        "end plugout", "ende", "endzeit", "endzeitpunkt", "enddatum", "ladeende", "bis",
        "endzeit ladevorgang", "ende ladevorgang", "eindtijd", "einde", "einddatum", "eind",
        "einde laden", "stoptijd", "fin", "date fin", "heure fin", "fin charge", "fin session",
        "date heure fin", "date end", "time end", "transaction end", "stop transaction",
        "transaction stop"];
    /// The time of day it ended, where the date stands in another column.
    EndTime: ["end time", "endtime", "time end", "stop time", "time to", "endzeit",
        "ende uhrzeit", "uhrzeit ende", "uhrzeit bis", "end uhrzeit", "eindtijd", "tijd einde",
        "heure fin", "session end time", "ende", "end", "bis"];
    /// The zone of the end.
    EndZone: ["end time zone", "end zone", "end timezone", "zeitzone ende"];
    /// From start to end.
    Duration: ["duration", "total duration", "session duration", "total time", "dauer",
        "gesamtdauer", "standzeit", "verbindungsdauer", "duur", "sessieduur", "duree",
        "duree totale", "duree session", "connected time", "connection time", "plug time",
        "elapsed", "length", "duration hours", "duration minutes", "duration min",
        "duration seconds", "duration sec", "transaction time"];
    /// How long energy flowed.
    ChargingTime: ["charging time", "charge time", "charging duration", "charge duration",
        "ladezeit", "ladedauer", "laadtijd", "laadduur", "temps charge", "duree charge",
        "duree recharge"];
    /// How long the car stood without charging.
    ParkingTime: ["parking time", "idle time", "parking duration", "idle duration", "parkzeit",
        "parkdauer", "blockierzeit", "parkeertijd", "stilstandtijd", "temps stationnement",
        "duree stationnement", "overstay"];
    /// The energy.
    Energy: ["energy", "kwh", "energy kwh", "total kwh", "total energy", "energy delivered",
        "delivered energy", "energy consumed", "charged energy", "energy charged", "consumption",
        "consumed", "kwh delivered", "energy wh", "wh", "volume", "quantity", "volume kwh",
        "energie", "energiemenge", "menge kwh", "menge", "strommenge", "geladene energie",
        "energie kwh", "verbrauch", "verbrauch kwh", "lademenge", "abgegebene energie",
        "verbruik", "verbruik kwh", "geladen", "geladen kwh", "aantal kwh", "hoeveelheid",
        "energie delivree", "energie consommee", "consommation", "consommation kwh", "quantite",
        "el kwh", "usage", "usage kwh", "meter total", "mwh"];
    /// The meter's reading at the start.
    MeterStart: ["meter start", "start meter", "meter begin", "start reading", "meter value start",
        "start value", "meter start value", "start meter value", "begin value", "initial meter",
        "zaehlerstand beginn", "zaehlerstand start", "zaehlerstand anfang", "anfangszaehlerstand",
        "meterstand begin", "meterstand start", "beginstand", "index debut", "releve debut"];
    /// The meter's reading at the end.
    MeterEnd: ["meter end", "end meter", "meter stop", "end reading", "meter value end",
        "stop value", "end value", "meter stop value", "meter end value", "stop meter value",
        "stop reading", "stop meter", "final meter",
        "zaehlerstand ende", "endzaehlerstand", "meterstand eind", "meterstand einde", "eindstand",
        "index fin", "releve fin"];
    /// Amount without VAT.
    Net: ["net", "net amount", "amount net", "net total", "total net", "net price", "net cost",
        "excl vat", "ex vat", "total excl vat", "amount excl vat", "price excl vat",
        "cost excl vat", "total ex vat", "excluding vat", "without vat", "excl tax", "subtotal",
        "netto", "nettobetrag", "netto betrag", "betrag netto", "summe netto", "preis netto",
        "kosten netto", "nettopreis", "nettosumme", "ohne mwst", "bedrag excl btw", "excl btw",
        "ex btw", "totaal excl btw", "kosten excl btw", "prijs excl btw", "bedrag exclusief btw",
        "netto bedrag", "exclusief btw", "ht", "montant ht", "total ht", "prix ht", "cout ht",
        "hors taxe", "hors taxes", "hors tva", "total cost excl vat", "cost net", "fee net"];
    /// The VAT itself.
    Vat: ["vat", "vat amount", "amount vat", "tax", "tax amount", "total vat", "mwst", "ust",
        "mwst betrag", "ust betrag", "umsatzsteuer", "mehrwertsteuer", "steuer", "steuerbetrag",
        "btw", "btw bedrag", "bedrag btw", "tva", "montant tva", "taxe", "gst", "moms"];
    /// The VAT rate in percent.
    VatRate: ["vat percent", "vat rate", "vat percentage", "tax rate", "tax percent",
        "tax percentage", "percent vat", "mwst satz", "ust satz", "mwst percent", "ust percent",
        "steuersatz", "btw percent", "btw percentage", "btw tarief", "taux tva", "tva percent",
        "vat pct"];
    /// Amount with VAT.
    Gross: ["gross", "gross amount", "amount gross", "gross total", "total gross", "incl vat",
        "inc vat", "total incl vat", "amount incl vat", "price incl vat", "cost incl vat",
        "including vat", "with vat", "incl tax", "brutto", "bruttobetrag", "brutto betrag",
        "betrag brutto", "summe brutto", "preis brutto", "bruttopreis", "endbetrag",
        "inkl mwst", "rechnungsbetrag", "bedrag incl btw", "incl btw", "totaal incl btw",
        "kosten incl btw", "prijs incl btw", "bedrag inclusief btw", "bruto", "bruto bedrag",
        "inclusief btw", "ttc", "montant ttc", "total ttc", "prix ttc", "cout ttc",
        "total cost incl vat"];
    /// An amount of which the heading does not say whether VAT is in it.
    Amount: ["amount", "cost", "costs", "price", "total", "total cost", "total price",
        "total amount", "charge", "fee", "value", "revenue", "betrag", "kosten", "preis", "gebuehr",
        "gesamtbetrag", "gesamtkosten", "gesamtpreis", "ladekosten", "umsatz", "erloes", "bedrag",
        "prijs", "totaal", "totaalbedrag", "totale kosten", "laadkosten", "montant", "prix",
        "cout", "cout total", "prix total", "montant total", "total session cost"];
    /// The part for energy, without VAT.
    EnergyCost: ["energy cost", "total energy cost", "energy costs", "cost energy", "energy fee",
        "energiekosten", "kosten energie", "arbeitspreis betrag", "cout energie",
        "energy amount"];
    /// The part for charging time, without VAT.
    TimeCost: ["time cost", "total time cost", "cost time", "time fee", "zeitkosten",
        "kosten zeit", "tijdkosten", "kosten tijd", "cout temps", "time amount"];
    /// The part for parking, without VAT.
    ParkingCost: ["parking cost", "total parking cost", "parking fee", "idle fee",
        "blockiergebuehr", "parkgebuehr", "parkkosten", "parkeerkosten", "cout stationnement"];
    /// The fixed part, without VAT.
    FixedCost: ["fixed cost", "total fixed cost", "start fee", "session fee", "flat fee",
        "transaction fee", "connection fee", "startgebuehr", "grundgebuehr", "starttarief",
        "transactiekosten", "frais fixe", "frais connexion"];
    /// The currency's code.
    Currency: ["currency", "curr", "currency code", "waehrung", "valuta", "munteenheid", "devise",
        "monnaie", "ccy"];
    /// The charge point, best by its eMI3 id.
    Evse: ["evse", "evse id", "evseid", "evse uid", "charge point", "charge point id",
        "chargepoint", "chargepoint id", "charge point identifier", "cp id", "cpid", "cp",
        "charger", "charger id", "charging point", "charging point id", "charging station id",
        "charge box id", "chargebox", "ladepunkt", "ladepunkt id", "ladepunktnummer",
        "ladestation", "ladestation id", "ladesaeule", "ladesaeulen id", "laadpunt",
        "laadpunt id", "laadpaal", "laadpaal id", "laadpaalnummer", "borne", "id borne",
        "point charge", "id point charge", "point recharge", "station evse"];
    /// The connector.
    Connector: ["connector", "connector id", "connector number", "connector nr", "plug", "socket",
        "outlet", "port", "port number", "stecker", "anschluss", "steckdose", "connectornummer",
        "aansluiting", "stekker", "prise", "connecteur", "numero connecteur"];
    /// The location's id.
    LocationId: ["location id", "site id", "station id", "standort id", "standortnummer",
        "garage id", "locatie id", "id site", "id lieu", "location code", "site code"];
    /// The location's name.
    LocationName: ["location", "location name", "site", "site name", "station", "station name",
        "place", "garage", "standort", "standortname", "strasse ort", "ladeort", "ort name",
        "locatie", "locatienaam", "laadlocatie", "lieu", "emplacement", "nom site", "nom station",
        "charging location", "charging station", "charging station name"];
    /// Street and number.
    Address: ["address", "street", "street address", "location address", "adresse", "strasse",
        "anschrift", "adres", "straat", "rue", "adresse site"];
    /// City.
    City: ["city", "town", "stadt", "ort", "plaats", "stad", "gemeente", "ville", "commune"];
    /// Postal code.
    PostalCode: ["postal code", "postcode", "post code", "zip", "zip code", "zip postal code",
        "plz", "postleitzahl", "code postal"];
    /// Country.
    Country: ["country", "country code", "land", "laendercode", "landcode", "pays", "code pays"];
    /// The driver's contract or account.
    Contract: ["contract", "contract id", "contract number", "emaid", "emaid number", "evco",
        "evco id", "evcoid", "auth id", "authorization id", "provider contract", "user id", "user",
        "customer", "customer id", "driver", "driver id", "account", "account id", "vertrag",
        "vertrags id", "vertragsnummer", "vertrags nr", "kunde", "kunden id", "kundennummer",
        "nutzer", "nutzer id", "contractnummer", "contract nr", "klant", "klantnummer",
        "gebruiker", "contrat", "id contrat", "numero contrat", "client", "utilisateur"];
    /// The driver's card or other token.
    Token: ["token", "token uid", "token id", "uid", "rfid", "rfid uid", "rfid card", "card",
        "card id", "card number", "id tag", "idtag", "tag id", "badge", "badge id", "karte",
        "karten id", "kartennummer", "ladekarte", "ladekartennummer", "pas", "pasnummer",
        "laadpas", "laadpasnummer", "passnummer", "kaartnummer", "carte", "numero carte",
        "numero badge"];
    /// The driver's provider, as country and party.
    Provider: ["provider", "provider id", "emsp", "emp", "emp id", "emsp id", "msp",
        "mobility provider", "anbieter", "aanbieder", "fournisseur", "operateur mobilite"];
    /// The meter's name.
    Meter: ["meter", "meter id", "meter serial", "zaehler", "zaehlernummer", "zaehler id",
        "meternummer", "compteur", "numero compteur"];
    /// AC or DC, phases.
    PowerType: ["power type", "current type", "charging type", "ac dc", "stromart", "ladeart",
        "type courant", "stroomsoort"];
    /// The state of a session.
    Status: ["status", "session status", "session state", "zustand", "sessiestatus",
        "statut", "etat"];
    /// Why a transaction ended.
    StopReason: ["stop reason", "reason", "stopped reason", "end reason", "ended by",
        "termination reason", "stop cause", "beendigungsgrund", "stopreden", "raison arret"];
    /// The invoice or booking that a line belongs to.
    Reference: ["invoice number", "invoice no", "invoice nr", "invoice id", "invoice reference",
        "invoice ref", "invoice", "billing reference", "payment reference", "booking reference",
        "statement number", "settlement id", "settlement reference", "credit note number",
        "rechnungsnummer", "rechnungs nr", "rechnung", "belegreferenz", "factuurnummer",
        "factuur", "numero facture", "facture", "reference facture"];
    /// Free text.
    Remark: ["remark", "remarks", "note", "notes", "comment", "comments", "bemerkung",
        "bemerkungen", "kommentar", "hinweis", "anmerkung", "opmerking", "opmerkingen",
        "remarque", "remarques", "commentaire"];
    /// Something that looks like one of the others by its name and is none of them.
    Other: ["port type", "plug type", "connector type", "unit price", "price per kwh",
        "price kwh", "kwh price", "energy price", "rate", "tariff", "tariff id", "tariff name",
        "tarif", "tarif id", "tarief", "price per minute", "preis pro kwh", "preis kwh",
        "prijs per kwh", "prix kwh", "location type", "user type", "station type",
        "duration category", "start hour", "end hour", "start plugin hour", "end plugout hour",
        "arbeitspreis", "einzelpreis", "stueckpreis", "invoice date", "rechnungsdatum",
        "factuurdatum", "date facture", "due date", "start soc", "end soc",
        "max power", "energy source"];
}

impl Field {
    /// Whether its figures are added up in totals rows.
    pub(crate) fn is_summed(self) -> bool {
        matches!(
            self,
            Field::Energy | Field::Net | Field::Vat | Field::Gross | Field::Amount
        )
    }

    /// Whether it is an amount of money.
    pub(crate) fn is_money(self) -> bool {
        matches!(
            self,
            Field::Net
                | Field::Vat
                | Field::Gross
                | Field::Amount
                | Field::EnergyCost
                | Field::TimeCost
                | Field::ParkingCost
                | Field::FixedCost
        )
    }

    /// Whether its cells are figures, with a decimal sign.
    pub fn is_figure(self) -> bool {
        self.is_money()
            || matches!(
                self,
                Field::Energy
                    | Field::MeterStart
                    | Field::MeterEnd
                    | Field::VatRate
                    | Field::Duration
                    | Field::ChargingTime
                    | Field::ParkingTime
            )
    }

    /// Whether it is a duration.
    pub(crate) fn is_duration(self) -> bool {
        matches!(
            self,
            Field::Duration | Field::ChargingTime | Field::ParkingTime
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heading::words;

    #[test]
    fn the_vocabulary_is_written_as_headings_are_folded() {
        for field in Field::ALL {
            for phrase in field.phrases() {
                assert_eq!(words(phrase).join(" "), *phrase, "{field:?}: {phrase}");
            }
        }
    }
}
