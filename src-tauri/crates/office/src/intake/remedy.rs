//! What is wrong with a rejected record and what to do about it, in English, for the workbook in
//! which a person repairs it.

use domain::FindingCode;

/// The problem of a finding's code, and how to fix it.
pub(crate) fn remedy(code: &str) -> (String, String) {
    let (problem, fix) = match FindingCode::from_text(code) {
        Some(code) => of(code),
        None => ("It cannot be read.", "Compare it with a row that was read."),
    };
    (problem.to_owned(), fix.to_owned())
}

fn of(code: FindingCode) -> (&'static str, &'static str) {
    match code {
        FindingCode::NotANumber => (
            "This is no number, or has another decimal sign than its column.",
            "Write the number alone, with the decimal sign of the other rows.",
        ),
        FindingCode::NotADate => (
            "This is no date, or is written otherwise than its column.",
            "Write date and time as in the other rows.",
        ),
        FindingCode::MissingValue => (
            "A value that every record needs is missing.",
            "Fill the cell in, or name the column that holds it.",
        ),
        FindingCode::EnergyMissing => (
            "The energy is missing.",
            "Write the kWh; 0 where nothing was charged.",
        ),
        FindingCode::EndMissing => (
            "The end of the session is missing.",
            "Write when it ended, or how long it took.",
        ),
        FindingCode::EndBeforeStart => (
            "The session ends before it begins.",
            "Check day and month, and that both times are of one zone.",
        ),
        FindingCode::OutOfRange => (
            "The value is beyond what a charging session can have.",
            "Check its unit and its decimal sign.",
        ),
        FindingCode::EpochDate => (
            "The date is one that programs write where they have none.",
            "Write the real date.",
        ),
        FindingCode::DateOrderSuspect => (
            "Day and month may be swapped.",
            "Write the date with the month as a word, or as year-month-day.",
        ),
        FindingCode::NegativeEnergy => (
            "The energy is negative.",
            "Write the kWh as they were charged; a credit is a record of its own.",
        ),
        FindingCode::CurrencyMismatch => (
            "The row names more than one currency.",
            "Leave one currency in it.",
        ),
        FindingCode::SchemaEnum => (
            "The word is none of those that stand here.",
            "Use one of the words of the other rows.",
        ),
        FindingCode::NoCdrMade => (
            "No CDR can be made of this transaction.",
            "What is missing stands beside it: often a location, a token or a tariff.",
        ),
        _ => (
            "The record cannot be used as it is.",
            "Compare it with a record that was read, or ask who sent it.",
        ),
    }
}
