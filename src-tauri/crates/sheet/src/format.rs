//! Which spreadsheet format some bytes are in, told by content; the name only settles plain text.

use serde::{Deserialize, Serialize};

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text in columns: csv, tsv, txt.
    Csv,
    /// Office Open XML.
    Xlsx,
    /// The binary format of Excel 97 to 2003.
    Xls,
    /// OpenDocument.
    Ods,
}

impl Format {
    /// Its usual file ending.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
            Format::Ods => "ods",
        }
    }
}

/// Compound files (xls, and anything encrypted by an office program) begin so.
const COMPOUND_FILE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Zip archives begin so.
const ZIP: &[u8] = b"PK\x03\x04";
/// What an ODS archive holds as its first, uncompressed member.
const ODS_MIMETYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";
/// The directory of a zip archive ends so.
const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
/// How much of the end of a zip archive is searched for its directory.
const DIRECTORY: usize = 1 << 20;
/// How much of a text is looked at.
const GLANCE: usize = 64 * 1024;

/// The format of the bytes, or `None` where they are no spreadsheet.
///
/// `file_name` matters only for text: a `.csv`, `.tsv` or `.txt` is taken at its word; any other
/// text must divide into columns.
pub fn recognise(bytes: &[u8], file_name: &str) -> Option<Format> {
    if bytes.starts_with(COMPOUND_FILE) {
        return Some(Format::Xls);
    }
    if bytes.starts_with(ZIP) {
        return recognise_zip(bytes);
    }
    let glance = crate::text::glance(bytes, GLANCE)?;
    let first = glance.trim_start().chars().next()?;
    if matches!(first, '{' | '[' | '<') || glance.starts_with("%PDF") {
        return None;
    }
    let ending = file_name
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let named = matches!(ending.as_str(), "csv" | "tsv" | "tab" | "txt");
    (crate::text::separator(&glance).is_some() || (named && ending != "txt")).then_some(Format::Csv)
}

/// Whether the bytes begin as a zip archive does.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP)
}

/// Says which of the zipped formats it is by the names of the members.
///
/// They stand in the directory at the end, and before each member too: a file that was cut off
/// is still known for what it was.
fn recognise_zip(bytes: &[u8]) -> Option<Format> {
    if contains(&bytes[..bytes.len().min(512)], ODS_MIMETYPE) {
        return Some(Format::Ods);
    }
    let end = &bytes[bytes.len().saturating_sub(DIRECTORY)..];
    if contains(end, b"xl/workbook.xml") {
        return Some(Format::Xlsx);
    }
    if contains(end, b"content.xml") && contains(end, b"mimetype") {
        return Some(Format::Ods);
    }
    let is_cut = !contains(end, END_OF_DIRECTORY);
    (is_cut && contains(bytes, b"[Content_Types].xml") && contains(bytes, b"xl/"))
        .then_some(Format::Xlsx)
}

/// Whether a compound file holds an encrypted package instead of a workbook.
pub(crate) fn is_encrypted(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    bytes.starts_with(COMPOUND_FILE) && contains(bytes, &name)
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content() {
        let ods = [ZIP, &[0; 30], b"mimetype", ODS_MIMETYPE].concat();
        let xlsx = [ZIP, &[0; 30], b"xl/workbook.xml"].concat();
        let cut = [ZIP, &[0; 26], b"[Content_Types].xml...xl/worksheets/sheet1"].concat();
        for (bytes, name, format) in [
            (&b"id;start\n1;2"[..], "a.csv", Some(Format::Csv)),
            (b"id\tstart\n1\t2", "export", Some(Format::Csv)),
            (b"\xEF\xBB\xBFid,start\n1,2", "x.dat", Some(Format::Csv)),
            (b"{\"data\": [1, 2]}", "a.csv", None),
            (b"<html>", "a.xls", None),
            (b"just words", "a.txt", None),
            (b"", "a.csv", None),
            (b"\x00\x01\x02\x03", "a.csv", None),
            (COMPOUND_FILE, "a.xlsx", Some(Format::Xls)),
            (&ods, "a.zip", Some(Format::Ods)),
            (&xlsx, "a.bin", Some(Format::Xlsx)),
            (ZIP, "a.xlsx", None),
            (&cut, "a.xlsx", Some(Format::Xlsx)),
        ] {
            assert_eq!(recognise(bytes, name), format, "{name} {bytes:?}");
        }
    }
}
