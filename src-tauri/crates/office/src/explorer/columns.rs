//! The searchable part of every CDR, column by column. A million CDRs take about 150 MB.

use std::collections::HashMap;

use domain::{Bucket, FindingCode};
use store::Book;
use store::place::Place;
use store::row::{CdrRow, InvoiceRow, PartyRow, PlaceRow};
use store::scan::{CdrState, NarrowCdr};

use crate::error::Result;

/// An amount that is not there. Sums leave it out, and it sorts last.
pub(super) const NONE: i64 = i64::MIN;
/// A CDR that was not reconciled yet.
pub(super) const NO_BUCKET: u8 = u8::MAX;
/// A CDR that was not replayed yet.
pub(super) const NO_VERDICT: u8 = u8::MAX;

/// One place, as searching needs it.
#[derive(Debug, Default)]
pub(super) struct SearchPlace {
    /// Location name (else its id), folded.
    pub(super) name: String,
    /// Everything of it that a text may occur in, folded.
    pub(super) text: String,
    /// EVSE id, folded.
    pub(super) evse: String,
}

/// All CDRs, column by column; position is the order of rows.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) row: Vec<u32>,
    pub(super) partner: Vec<u16>,
    pub(super) month: Vec<u16>,
    pub(super) place: Vec<u32>,
    pub(super) start_ms: Vec<i64>,
    pub(super) duration_s: Vec<i32>,
    pub(super) currency: Vec<u8>,
    pub(super) energy: Vec<i64>,
    pub(super) stated: Vec<i64>,
    pub(super) credit: Vec<bool>,
    pub(super) import: Vec<u32>,
    pub(super) replayed: Vec<i64>,
    pub(super) difference: Vec<i64>,
    pub(super) verdict: Vec<u8>,
    pub(super) bucket: Vec<u8>,
    pub(super) invoice: Vec<u32>,
    /// One bit per finding code, in the order of [`FindingCode::ALL`].
    pub(super) codes: Vec<u128>,
    /// Codes found when reading; kept apart, because a replay replaces only its own.
    read_codes: HashMap<u32, u128>,
    /// `id\nsession\ncontract\n` of each CDR, folded.
    pub(super) blob: Vec<u8>,
    /// Where each CDR's part of the blob ends.
    pub(super) blob_end: Vec<u32>,
    /// Length of each CDR's id.
    id_length: Vec<u8>,
    /// Parties by number.
    pub(super) parties: Vec<(PartyRow, String)>,
    /// Months by number, as year · 100 + month.
    pub(super) months: Vec<i64>,
    /// Currencies by number.
    pub(super) currencies: Vec<String>,
    /// Places by row id.
    pub(super) places: Vec<SearchPlace>,
}

impl Columns {
    /// How many CDRs.
    pub(super) fn len(&self) -> usize {
        self.row.len()
    }

    /// Takes in what came into the book since.
    pub(super) fn grow(&mut self, book: &Book) -> Result<()> {
        let after = CdrRow::from(self.row.last().copied().unwrap_or(0));
        if store::scan::last(book)? == after {
            return Ok(());
        }
        self.parties = store::party::all(book)?
            .into_iter()
            .map(|(row, key)| (row, key.to_string()))
            .collect();
        let mut numbers = Numbers::of(self);
        store::scan::cdrs(book, after, |cdr| self.push(cdr, &mut numbers))?;
        let known = u32::try_from(self.places.len().saturating_sub(1)).expect("places are rows");
        for (row, place) in store::place::after(book, PlaceRow::from(known))? {
            self.places
                .resize_with(row.number() as usize, SearchPlace::default);
            self.places.push(SearchPlace::of(&place));
        }
        self.read_states(book, after)
    }

    /// Reads what was derived and decided about all CDRs after a row.
    pub(super) fn read_states(&mut self, book: &Book, after: CdrRow) -> Result<()> {
        let from = self.row.partition_point(|row| i64::from(*row) <= after.0);
        self.bucket[from..].fill(NO_BUCKET);
        self.invoice[from..].fill(0);
        let mut at = from;
        store::scan::found(book, after, |row, code| {
            *self.read_codes.entry(row.number()).or_default() |= bit(code);
        })?;
        store::scan::replays(book, after, |row, state| {
            if self.seek(&mut at, row) {
                self.set_replay(at, state);
            }
        })?;
        at = from;
        store::scan::truths(book, after, |row, codes| {
            if self.seek(&mut at, row) {
                let found = codes.split(' ').map(bit);
                self.codes[at] = found.fold(self.codes[at], |all, one| all | one);
            }
        })?;
        at = from;
        store::scan::buckets(book, after, |row, bucket| {
            if self.seek(&mut at, row) {
                self.bucket[at] = u8::try_from(bucket).unwrap_or(NO_BUCKET);
            }
        })?;
        at = from;
        store::scan::invoiced(book, after, |row, invoice| {
            if self.seek(&mut at, row) {
                self.invoice[at] = invoice.number();
            }
        })
        .map_err(Into::into)
    }

    /// Goes on to the position of a row.
    fn seek(&self, at: &mut usize, row: CdrRow) -> bool {
        while self
            .row
            .get(*at)
            .is_some_and(|here| i64::from(*here) < row.0)
        {
            *at += 1;
        }
        self.row
            .get(*at)
            .is_some_and(|here| i64::from(*here) == row.0)
    }

    /// The position of a row.
    pub(super) fn position(&self, row: CdrRow) -> Option<usize> {
        self.row.binary_search(&row.number()).ok()
    }

    /// Takes over a CDR's state.
    pub(super) fn set_state(&mut self, row: CdrRow, state: &CdrState<'_>) {
        let Some(at) = self.position(row) else { return };
        self.set_replay(at, state);
        let bucket = state.bucket.and_then(|bucket| u8::try_from(bucket).ok());
        self.bucket[at] = bucket.unwrap_or(NO_BUCKET);
        self.invoice[at] = state.invoice.map_or(0, InvoiceRow::number);
    }

    fn set_replay(&mut self, at: usize, state: &CdrState<'_>) {
        let verdict = state.verdict.and_then(|verdict| u8::try_from(verdict).ok());
        self.verdict[at] = verdict.unwrap_or(NO_VERDICT);
        self.replayed[at] = state.replayed.map_or(NONE, |amount| amount.0);
        self.difference[at] = state.difference.map_or(NONE, |amount| amount.0);
        let read = self.read_codes.get(&self.row[at]).copied().unwrap_or(0);
        self.codes[at] = state
            .codes
            .split(' ')
            .map(bit)
            .fold(read, |all, one| all | one);
    }

    /// Takes over codes of reading findings that were made later.
    pub(super) fn add_read_code(&mut self, row: CdrRow, code: &str) {
        *self.read_codes.entry(row.number()).or_default() |= bit(code);
        if let Some(at) = self.position(row) {
            self.codes[at] |= bit(code);
        }
    }

    fn push(&mut self, cdr: &NarrowCdr<'_>, numbers: &mut Numbers) {
        self.row.push(cdr.row.number());
        self.partner.push(numbers.partner(cdr.partner));
        self.month.push(numbers.month(cdr.month, &mut self.months));
        self.place.push(cdr.place.number());
        self.start_ms.push(cdr.start_ms);
        let seconds = (cdr.end_ms - cdr.start_ms).div_euclid(1_000);
        let most = i64::from(i32::MAX);
        self.duration_s
            .push(i32::try_from(seconds.clamp(-most, most)).expect("clamped"));
        self.currency
            .push(numbers.currency(cdr.currency, &mut self.currencies));
        self.energy.push(cdr.energy.0);
        self.stated.push(cdr.stated.map_or(NONE, |amount| amount.0));
        self.credit.push(cdr.credit);
        self.import.push(cdr.import.number());
        self.replayed.push(NONE);
        self.difference.push(NONE);
        self.verdict.push(NO_VERDICT);
        self.bucket.push(NO_BUCKET);
        self.invoice.push(0);
        self.codes.push(0);
        let begin = self.blob.len();
        for part in [cdr.ocpi_id, cdr.session, cdr.contract] {
            self.blob
                .extend(part.bytes().map(|byte| byte.to_ascii_lowercase()));
            self.blob.push(b'\n');
        }
        self.id_length
            .push(u8::try_from(cdr.ocpi_id.len()).unwrap_or(u8::MAX));
        assert!(begin <= self.blob.len(), "the blob only grows");
        let end = u32::try_from(self.blob.len()).expect("texts of a book stay below 4 GiB");
        self.blob_end.push(end);
    }

    /// The folded id, session and contract of a CDR.
    pub(super) fn text(&self, at: usize) -> &[u8] {
        let begin = if at == 0 {
            0
        } else {
            self.blob_end[at - 1] as usize
        };
        &self.blob[begin..self.blob_end[at] as usize]
    }

    /// The folded id of a CDR.
    pub(super) fn id(&self, at: usize) -> &[u8] {
        let text = self.text(at);
        &text[..text.len().min(usize::from(self.id_length[at]))]
    }

    /// The folded contract of a CDR.
    pub(super) fn contract(&self, at: usize) -> &[u8] {
        let text = self.text(at);
        let text = &text[..text.len() - 1];
        let begin = text
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        &text[begin..]
    }

    /// Bytes held, for the figures of the bench.
    pub(super) fn bytes(&self) -> usize {
        let per_row = 4 + 2 + 2 + 4 + 8 + 4 + 1 + 8 + 8 + 1 + 4 + 8 + 8 + 1 + 1 + 4 + 8 + 4 + 1;
        self.row.capacity() * per_row + self.blob.capacity()
    }

    /// Gives back memory that growing took beyond need.
    pub(super) fn shrink(&mut self) {
        self.row.shrink_to_fit();
        self.partner.shrink_to_fit();
        self.month.shrink_to_fit();
        self.place.shrink_to_fit();
        self.start_ms.shrink_to_fit();
        self.duration_s.shrink_to_fit();
        self.currency.shrink_to_fit();
        self.energy.shrink_to_fit();
        self.stated.shrink_to_fit();
        self.credit.shrink_to_fit();
        self.import.shrink_to_fit();
        self.replayed.shrink_to_fit();
        self.difference.shrink_to_fit();
        self.verdict.shrink_to_fit();
        self.bucket.shrink_to_fit();
        self.invoice.shrink_to_fit();
        self.codes.shrink_to_fit();
        self.blob.shrink_to_fit();
        self.blob_end.shrink_to_fit();
        self.id_length.shrink_to_fit();
    }
}

impl SearchPlace {
    fn of(place: &Place) -> SearchPlace {
        let name = if place.name.is_empty() {
            &place.location
        } else {
            &place.name
        };
        let text = format!("{}\n{}\n{}", place.name, place.location, place.evse);
        SearchPlace {
            name: name.to_lowercase(),
            text: text.to_lowercase(),
            evse: place.evse.to_lowercase(),
        }
    }
}

// A code beyond would have no bit, and nobody could look for it.
const _: () = assert!(
    FindingCode::ALL.len() <= 128,
    "each code has a bit of its own"
);

/// The bit of a finding code; none for a word that is none.
pub(super) fn bit(code: &str) -> u128 {
    let known = FindingCode::from_text(code);
    let index = known.and_then(|code| FindingCode::ALL.iter().position(|other| *other == code));
    index.map_or(0, |index| 1 << index)
}

/// The stable text of a bucket number; empty where the CDR was not reconciled yet.
pub(super) fn bucket_text(bucket: u8) -> &'static str {
    Bucket::from_number(bucket).map_or("", Bucket::as_str)
}

/// Small numbers for what repeats: parties, months, currencies.
struct Numbers {
    partners: HashMap<i64, u16>,
    months: HashMap<i64, u16>,
    currencies: HashMap<String, u8>,
    last_currency: (String, u8),
}

impl Numbers {
    fn of(columns: &Columns) -> Numbers {
        let small = |at: usize| u16::try_from(at).expect("parties and months stay below 65,536");
        let parties = columns.parties.iter().enumerate();
        let months = columns.months.iter().enumerate();
        let currencies = columns.currencies.iter().enumerate();
        Numbers {
            partners: parties.map(|(at, (row, _))| (row.0, small(at))).collect(),
            months: months.map(|(at, month)| (*month, small(at))).collect(),
            currencies: currencies
                .map(|(at, code)| {
                    (
                        code.clone(),
                        u8::try_from(at).expect("as when it was added"),
                    )
                })
                .collect(),
            last_currency: (String::new(), 0),
        }
    }

    fn partner(&self, party: PartyRow) -> u16 {
        *self
            .partners
            .get(&party.0)
            .expect("a CDR's partner is a party (foreign key)")
    }

    fn month(&mut self, month: i64, months: &mut Vec<i64>) -> u16 {
        *self.months.entry(month).or_insert_with(|| {
            months.push(month);
            u16::try_from(months.len() - 1).expect("months stay below 65,536")
        })
    }

    fn currency(&mut self, code: &str, currencies: &mut Vec<String>) -> u8 {
        if self.last_currency.0 != code {
            let number = *self.currencies.entry(code.to_owned()).or_insert_with(|| {
                currencies.push(code.to_owned());
                u8::try_from(currencies.len() - 1).expect("there are fewer currencies than 256")
            });
            self.last_currency = (code.to_owned(), number);
        }
        self.last_currency.1
    }
}
