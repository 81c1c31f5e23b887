//! Renders the app icon in every size the bundles need, from the two drawings in `icons/`.
//!
//! `tallywatt.svg` is the mark; `tallywatt-small.svg` is the same on a 16-pixel grid. Pixels come
//! from `rsvg-convert`; the `.ico` and `.icns` containers are simple enough to write here.

use std::fs;
use std::path::Path;

use crate::shell::{Failure, Step, root};

/// Sizes of the single PNG files, with the names Tauri's bundler looks for.
const PNG_FILES: [(&str, u32); 4] = [
    ("32x32.png", 32),
    ("128x128.png", 128),
    ("128x128@2x.png", 256),
    ("icon.png", 512),
];
/// Sizes inside `icon.ico`.
const ICO_SIZES: [u32; 5] = [16, 24, 32, 48, 256];
/// Apple's four-letter types for PNG entries, with their sizes in pixels.
const ICNS_ENTRIES: [(&str, u32); 8] = [
    ("icp4", 16),
    ("icp5", 32),
    ("ic11", 32),
    ("ic12", 64),
    ("ic07", 128),
    ("ic08", 256),
    ("ic09", 512),
    ("ic10", 1024),
];

/// Writes all icon files.
pub fn icons() -> Result<(), Failure> {
    let folder = root().join("icons");
    for (name, size) in PNG_FILES {
        fs::write(folder.join(name), png(&folder, size)?)?;
    }
    let ico = ICO_SIZES.iter().map(|&s| Ok((s, png(&folder, s)?)));
    fs::write(
        folder.join("icon.ico"),
        ico_file(&ico.collect::<Result<Vec<_>, Failure>>()?),
    )?;
    let icns = ICNS_ENTRIES
        .iter()
        .map(|&(kind, s)| Ok((kind, png(&folder, s)?)));
    fs::write(
        folder.join("icon.icns"),
        icns_file(&icns.collect::<Result<Vec<_>, Failure>>()?),
    )?;
    println!("icons written to {}", folder.display());
    Ok(())
}

/// The drawing at `size` × `size` pixels.
fn png(folder: &Path, size: u32) -> Result<Vec<u8>, Failure> {
    let drawing = if size <= 24 {
        "tallywatt-small.svg"
    } else {
        "tallywatt.svg"
    };
    let size = size.to_string();
    Step::new("rsvg-convert")
        .args(["-w", &size, "-h", &size])
        .arg(folder.join(drawing).display().to_string())
        .output_bytes()
}

/// A Windows icon holding PNG pictures.
fn ico_file(pictures: &[(u32, Vec<u8>)]) -> Vec<u8> {
    let mut head = vec![0, 0, 1, 0];
    head.extend(le16(pictures.len()));
    let mut offset = 6 + 16 * pictures.len();
    let mut body = Vec::new();
    for (size, bytes) in pictures {
        // A side of 256 is written as 0.
        let side = u8::try_from(*size).unwrap_or(0);
        head.extend([side, side, 0, 0, 1, 0, 32, 0]);
        head.extend(le32(bytes.len()));
        head.extend(le32(offset));
        offset += bytes.len();
        body.extend_from_slice(bytes);
    }
    head.extend(body);
    head
}

/// An Apple icon holding PNG pictures: a magic word and the file's length, then the entries.
fn icns_file(pictures: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, bytes) in pictures {
        body.extend_from_slice(kind.as_bytes());
        body.extend(be32(bytes.len() + 8));
        body.extend_from_slice(bytes);
    }
    let mut file = b"icns".to_vec();
    file.extend(be32(body.len() + 8));
    file.extend(body);
    file
}

fn le16(n: usize) -> [u8; 2] {
    u16::try_from(n)
        .expect("an icon holds few pictures")
        .to_le_bytes()
}

fn le32(n: usize) -> [u8; 4] {
    u32::try_from(n)
        .expect("an icon is far below 4 GiB")
        .to_le_bytes()
}

fn be32(n: usize) -> [u8; 4] {
    u32::try_from(n)
        .expect("an icon is far below 4 GiB")
        .to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_windows_icon_points_at_its_pictures() {
        let file = ico_file(&[(16, vec![1, 2, 3]), (256, vec![4, 5])]);
        assert_eq!(&file[..6], [0, 0, 1, 0, 2, 0], "two pictures");
        assert_eq!(file[6], 16, "the side of the first");
        assert_eq!(file[22], 0, "256 is written as 0");
        assert_eq!(
            &file[6 + 12..6 + 16],
            38_u32.to_le_bytes(),
            "the first follows the table"
        );
        assert_eq!(&file[38..], [1, 2, 3, 4, 5]);
    }

    #[test]
    fn an_apple_icon_states_its_lengths() {
        let file = icns_file(&[("ic07", vec![9, 9])]);
        assert_eq!(file.len(), 18);
        assert_eq!(&file[4..8], 18_u32.to_be_bytes(), "the whole file");
        assert_eq!(
            &file[12..16],
            10_u32.to_be_bytes(),
            "an entry counts its own head"
        );
    }
}
