//! The energy between begin and end, register by register, and against a CDR.

use domain::{Decimal, Instant, Kwh};
use thiserror::Error;

use crate::dataset::{ClockState, Dataset, Reading, Reason};
use crate::verdict::Why;

/// No meter has more registers of imported energy; beyond, nobody looks for the total.
const REGISTERS_MAX: usize = 64;

/// What a register counted between begin and end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metered {
    /// The register as signed; none where the text names none.
    pub register: Option<String>,
    /// When it was read at the beginning.
    pub begin_at: Instant,
    /// When it was read at the end.
    pub end_at: Instant,
    /// How far the time of the beginning can be trusted.
    pub begin_clock: ClockState,
    /// How far the time of the end can be trusted.
    pub end_clock: ClockState,
    /// Reading at the beginning, in kWh.
    pub begin: Kwh,
    /// Reading at the end, in kWh.
    pub end: Kwh,
    /// End − begin.
    pub energy: Kwh,
}

/// Why there is no energy to speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoEnergy {
    /// No signed text could be read.
    #[error("no signed value can be read")]
    NothingRead,
    /// No register of imported energy is among the readings.
    #[error("no reading is of imported energy in kWh or Wh")]
    NoRegister,
    /// No register has a reading of the beginning.
    #[error("the reading of the beginning is missing")]
    NoBegin,
    /// No register has a reading of the end.
    #[error("the reading of the end is missing")]
    NoEnd,
    /// A register has several readings of the beginning or of the end, and they differ.
    #[error("there are several readings of the beginning or of the end, and they differ")]
    Ambiguous,
    /// Several registers counted different energies, and none is the total of them.
    #[error("several registers counted different energies")]
    SeveralRegisters,
}

/// A CDR's energy against the meter's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Equal, within the tolerance.
    Equal,
    /// Stated − metered, in kWh: above zero when the CDR bills more than the meter counted.
    DiffersBy(Kwh),
    /// So far apart that the difference cannot be written.
    BeyondMeasure,
}

/// Compares what a CDR states with what the meter counted. A difference as large as the
/// tolerance still counts as equal; a tolerance below zero is taken as zero.
pub fn compare(stated: Kwh, metered: Kwh, tolerance: Kwh) -> Comparison {
    match stated.0.checked_sub(metered.0) {
        None => Comparison::BeyondMeasure,
        Some(by) if by.abs() <= tolerance.0.max(Decimal::ZERO) => Comparison::Equal,
        Some(by) => Comparison::DiffersBy(Kwh(by)),
    }
}

/// One register and its readings that matter.
struct Register<'a> {
    name: Option<&'a str>,
    place: Place,
    begins: Vec<(&'a Reading, Decimal)>,
    ends: Vec<(&'a Reading, Decimal)>,
}

/// What every register of imported energy counted, in the order in which they are signed.
///
/// Each set comes with the nature of its value, which says begin and end where a meter does not.
pub(crate) fn registers(sets: &[(&str, &Dataset)]) -> Result<Vec<Metered>, NoEnergy> {
    let mut registers: Vec<Register<'_>> = Vec::new();
    for (role, reading) in sets.iter().flat_map(|(nature, set)| {
        set.readings
            .iter()
            .map(move |reading| (reading.reason.or(role_of(nature)), reading))
    }) {
        let (Some(kwh), Some(place)) = (in_kwh(reading), imported(reading)) else {
            continue;
        };
        let name = reading.register.as_deref();
        // Two spellings of one register are one register.
        let known = registers.iter().position(|r| r.place == place);
        if known.is_none() && registers.len() > REGISTERS_MAX {
            continue;
        }
        let index = known.unwrap_or_else(|| {
            registers.push(Register {
                name,
                place,
                begins: Vec::new(),
                ends: Vec::new(),
            });
            registers.len() - 1
        });
        let Some(register) = registers.get_mut(index) else {
            continue;
        };
        match role {
            Some(Reason::Begin) => register.begins.push((reading, kwh)),
            Some(reason) if reason.ends() => register.ends.push((reading, kwh)),
            Some(_) | None => {}
        }
    }
    if registers.is_empty() {
        return Err(NoEnergy::NoRegister);
    }
    if registers.len() > REGISTERS_MAX {
        return Err(NoEnergy::SeveralRegisters);
    }
    let counted: Vec<_> = registers.iter().map(Register::metered).collect();
    let whole: Vec<Metered> = counted.iter().filter_map(|c| c.clone().ok()).collect();
    let ambiguous = counted.contains(&Err(NoEnergy::Ambiguous));
    match counted.into_iter().find_map(Result::err) {
        Some(_) if ambiguous => Err(NoEnergy::Ambiguous),
        Some(why) if whole.is_empty() => Err(why),
        Some(_) | None => Ok(whole),
    }
}

/// What OCPI's word for a value says about the readings in it (CDRs / SignedValue, "nature"; I-48).
fn role_of(nature: &str) -> Option<Reason> {
    match nature.trim().to_ascii_lowercase().as_str() {
        "start" => Some(Reason::Begin),
        "end" => Some(Reason::End),
        _ => None,
    }
}

/// The register that says what the session drew (I-49): the only one, or those of all tariffs
/// together (the last part of an OBIS code is 0), or any if all agree.
pub(crate) fn total(registers: &[Metered]) -> Result<&Metered, NoEnergy> {
    let all: Vec<&Metered> = registers.iter().collect();
    let is_total = |m: &&Metered| m.register.as_deref().is_some_and(is_total);
    let totals: Vec<&Metered> = all.iter().copied().filter(is_total).collect();
    agreed(&all)
        .or_else(|| agreed(&totals))
        .ok_or(NoEnergy::SeveralRegisters)
}

/// The first of registers that all counted the same.
fn agreed<'a>(among: &[&'a Metered]) -> Option<&'a Metered> {
    let first = *among.first()?;
    let same = among.iter().all(|other| other.energy == first.energy);
    same.then_some(first)
}

/// A register that runs backwards, in time or in energy.
pub(crate) fn backwards(registers: &[Metered]) -> Option<Why> {
    registers.iter().find_map(|m| {
        if m.end_at < m.begin_at {
            return Some(Why::TimeOrder {
                later: m.begin_at,
                earlier: m.end_at,
            });
        }
        let (begin, end) = (m.begin.0, m.end.0);
        (end < begin).then_some(Why::BeginAboveEnd { begin, end })
    })
}

impl Register<'_> {
    fn metered(&self) -> Result<Metered, NoEnergy> {
        let (begin, begin_kwh) = single(&self.begins, NoEnergy::NoBegin)?;
        let (end, end_kwh) = single(&self.ends, NoEnergy::NoEnd)?;
        Ok(Metered {
            register: self.name.map(str::to_owned),
            begin_at: begin.at,
            end_at: end.at,
            begin_clock: begin.clock,
            end_clock: end.clock,
            begin: Kwh(begin_kwh),
            end: Kwh(end_kwh),
            // Exact, and never too large: at most 12 digits before and 15 after the point.
            energy: Kwh((end_kwh - begin_kwh).normalize()),
        })
    }
}

/// A reading may be signed twice, as alone at the beginning and again with the end.
fn single<'a>(
    readings: &[(&'a Reading, Decimal)],
    none: NoEnergy,
) -> Result<(&'a Reading, Decimal), NoEnergy> {
    let first = *readings.first().ok_or(none)?;
    let same = readings
        .iter()
        .all(|(reading, kwh)| *kwh == first.1 && reading.at == first.0.at);
    same.then_some(first).ok_or(NoEnergy::Ambiguous)
}

/// The reading in kWh; none for other quantities.
fn in_kwh(reading: &Reading) -> Option<Decimal> {
    let value = reading.value?;
    let unit = reading.unit.as_deref()?;
    if unit.eq_ignore_ascii_case("kWh") {
        Some(value)
    } else if unit.eq_ignore_ascii_case("Wh") {
        Decimal::try_from_i128_with_scale(value.mantissa(), value.scale().checked_add(3)?).ok()
    } else {
        None
    }
}

/// The parts C, D, E of an OBIS code; A and B name medium and channel.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Obis {
    channel: Option<u8>,
    quantity: u8,
    kind: u8,
    /// None where a letter stands for any tariff, as `e` in `1-b:1.8.e`.
    tariff: Option<u8>,
}

/// Which register a reading is of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The text names none, so that the unit alone says what is counted.
    Unnamed,
    Named(Obis),
}

/// None when the register counts something else than imported energy.
fn imported(reading: &Reading) -> Option<Place> {
    let Some(code) = reading.register.as_deref() else {
        return Some(Place::Unnamed);
    };
    let obis = obis(code)?;
    // 1 is active energy drawn; B0 to B3 are OCMF's own: total and session, at the meter and at
    // the vehicle. 8 is a count since ever.
    let import = matches!(obis.quantity, 1 | 0xB0..=0xB3) && obis.kind == 8;
    import.then_some(Place::Named(obis))
}

/// Reads `1-b:1.8.0`, `1-0:1.8.0*255`, `01-00:B2.08.00*FF`: hexadecimal, except that the letters
/// b and e of the standard's own pattern stand for any.
fn obis(code: &str) -> Option<Obis> {
    let part = |text: &str| u8::from_str_radix(text, 16).ok();
    let (medium, rest) = code.trim().split_once('-')?;
    let (channel, rest) = rest.split_once(':')?;
    let (code, _) = rest.split_once('*').unwrap_or((rest, ""));
    let mut parts = code.split('.');
    let (quantity, kind) = (part(parts.next()?)?, part(parts.next()?)?);
    let tariff = parts.next()?;
    let tariff = if tariff == "e" {
        None
    } else {
        Some(part(tariff)?)
    };
    let channel = if channel == "b" {
        None
    } else {
        Some(part(channel)?)
    };
    // 1 is electricity.
    (part(medium)? == 1).then_some(Obis {
        channel,
        quantity,
        kind,
        tariff,
    })
}

fn is_total(code: &str) -> bool {
    obis(code).is_some_and(|obis| obis.tariff == Some(0))
}
