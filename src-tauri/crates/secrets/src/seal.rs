//! The format of the encrypted file: what its bytes mean, without touching a disk.
//!
//! ```text
//! tallywatt-secrets 1
//! argon2id m=65536 t=3 p=4
//! salt 32 hexadecimal digits
//! nonce 48 hexadecimal digits
//! check 64 hexadecimal digits
//! the body: XChaCha20-Poly1305 of a JSON map from name to secret
//! ```
//!
//! The first four lines are the header; the cipher authenticates them with the body. The check is
//! the BLAKE3 hash of header and body. It guards against accidents, not against people: it tells
//! a damaged file from a wrong passphrase, which to the cipher are one and the same.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{AeadInPlace, KeyInit};
use chacha20poly1305::{Key as CipherKey, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::{Secret, SecretsError};

const MAGIC: &[u8] = b"tallywatt-secrets 1";
/// What the cipher adds to the body.
pub const TAG: usize = 16;

/// Most of what a file may ask for: it is believed before the passphrase has proved anything.
const MOST: Cost = Cost {
    memory: 256 * 1024,
    passes: 16,
    lanes: 16,
};

/// How hard it is to try out passphrases: the parameters of Argon2id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// In KiB.
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// For machines without much memory to spare, as RFC 9106 recommends it.
    pub const USUAL: Cost = Cost {
        memory: 64 * 1024,
        passes: 3,
        lanes: 4,
    };

    fn params(self) -> Option<Params> {
        let within =
            self.memory <= MOST.memory && self.passes <= MOST.passes && self.lanes <= MOST.lanes;
        within
            .then(|| Params::new(self.memory, self.passes, self.lanes, None).ok())
            .flatten()
    }
}

/// How a passphrase becomes a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    cost: Cost,
    salt: [u8; 16],
}

/// What encrypts the body. Wiped when dropped.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Recipe {
    /// A recipe with a salt of its own.
    pub fn new(cost: Cost) -> Result<Recipe, SecretsError> {
        let salt = random()?;
        Ok(Recipe { cost, salt })
    }

    /// Makes the key. Slow by intention.
    pub fn key(&self, passphrase: &Secret) -> Key {
        let params = self
            .cost
            .params()
            .expect("a recipe's cost is checked when it is read");
        let mut key = Key(Zeroizing::new([0; 32]));
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose().as_bytes(), &self.salt, key.0.as_mut())
            .expect("the lengths of salt and key are fixed, and no passphrase is 4 GiB long");
        key
    }
}

impl Key {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(CipherKey::from_slice(self.0.as_ref()))
    }
}

/// A file's content, taken apart and known to be as it was written.
#[derive(Debug)]
pub struct Sealed<'a> {
    /// How its key was made.
    pub recipe: Recipe,
    nonce: [u8; 24],
    header: &'a [u8],
    body: &'a [u8],
}

impl<'a> Sealed<'a> {
    /// Takes a file's content apart; the error says what is wrong with it.
    pub fn parse(bytes: &'a [u8]) -> Result<Sealed<'a>, &'static str> {
        let lines: Vec<&[u8]> = bytes.splitn(6, |byte| *byte == b'\n').collect();
        let [magic, cost, salt, nonce, check, body] = lines[..] else {
            return Err(if lines[0] == MAGIC {
                "it is cut off"
            } else {
                STRANGE
            });
        };
        if magic != MAGIC {
            return Err(STRANGE);
        }
        let length = [magic, cost, salt, nonce]
            .iter()
            .map(|line| line.len() + 1)
            .sum();
        let header = &bytes[..length];
        if check != check_line(header, body).as_bytes() {
            return Err("its content is not what was written");
        }
        let cost = parse_cost(cost).ok_or("its line about argon2id makes no sense")?;
        if cost.params().is_none() {
            return Err("its line about argon2id asks for what Tallywatt never asks for");
        }
        let salt = parse_hex(salt, b"salt ").ok_or("its salt makes no sense")?;
        let nonce = parse_hex(nonce, b"nonce ").ok_or("its nonce makes no sense")?;
        let recipe = Recipe { cost, salt };
        Ok(Sealed {
            recipe,
            nonce,
            header,
            body,
        })
    }

    /// The plain content, if the key fits.
    pub fn open(&self, key: &Key) -> Option<Zeroizing<Vec<u8>>> {
        let mut content = Zeroizing::new(self.body.to_vec());
        key.cipher()
            .decrypt_in_place(XNonce::from_slice(&self.nonce), self.header, &mut *content)
            .ok()?;
        Some(content)
    }
}

const STRANGE: &str = "it does not begin with \"tallywatt-secrets 1\", so it is damaged, \
                       no file of secrets, or made by a newer version of Tallywatt";

/// Encrypts the content into the bytes of a file. The plain content should have [`TAG`] bytes to
/// spare, or it moves in memory and leaves a copy behind.
pub fn seal(
    recipe: &Recipe,
    key: &Key,
    mut content: Zeroizing<Vec<u8>>,
) -> Result<Vec<u8>, SecretsError> {
    // Never used twice: 24 random bytes do not repeat, even after millions of writes.
    let nonce: [u8; 24] = random()?;
    let header = header(recipe, &nonce);
    key.cipher()
        .encrypt_in_place(XNonce::from_slice(&nonce), header.as_bytes(), &mut *content)
        .expect("the content is far below the 256 GiB that the cipher takes");
    Ok(assemble(header.as_bytes(), &content))
}

fn header(recipe: &Recipe, nonce: &[u8]) -> String {
    let Cost {
        memory,
        passes,
        lanes,
    } = recipe.cost;
    format!(
        "tallywatt-secrets 1\nargon2id m={memory} t={passes} p={lanes}\nsalt {}\nnonce {}\n",
        hex(&recipe.salt),
        hex(nonce)
    )
}

/// Header, check and body in one.
pub fn assemble(header: &[u8], body: &[u8]) -> Vec<u8> {
    let check = check_line(header, body);
    [header, check.as_bytes(), b"\n", body].concat()
}

fn check_line(header: &[u8], body: &[u8]) -> String {
    let hash = blake3::Hasher::new().update(header).update(body).finalize();
    format!("check {}", hash.to_hex())
}

fn parse_cost(line: &[u8]) -> Option<Cost> {
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let mut word = |start| words.next()?.strip_prefix(start);
    let "" = word("argon2id")? else { return None };
    let memory = word("m=")?.parse().ok()?;
    let passes = word("t=")?.parse().ok()?;
    let lanes = word("p=")?.parse().ok()?;
    words.next().is_none().then_some(Cost {
        memory,
        passes,
        lanes,
    })
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    let digits = |byte: &u8| [digit(byte >> 4), digit(byte & 15)];
    bytes.iter().flat_map(digits).collect()
}

fn parse_hex<const N: usize>(line: &[u8], start: &[u8]) -> Option<[u8; N]> {
    let digits = line.strip_prefix(start)?;
    if digits.len() != 2 * N {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}

fn random<const N: usize>() -> Result<[u8; N], SecretsError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| SecretsError::Random {
        why: error.to_string(),
    })?;
    Ok(bytes)
}

/// A name that nobody else has, for what is written only to see whether it can be.
pub fn random_name() -> Result<String, SecretsError> {
    Ok(hex(&random::<8>()?))
}
