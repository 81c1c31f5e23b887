//! A WebDriver client over a plain socket: the dozen requests the window tests need.
//!
//! WebDriver is JSON over HTTP 1.1 on this machine; a library for it would cost minutes of
//! compiling. Nothing here sleeps: waiting is polling a condition, with a bound.

use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long one request may take before the program counts as hung.
const REQUEST_LIMIT: Duration = Duration::from_mins(1);
/// Pause between two looks at a condition.
const POLL: Duration = Duration::from_millis(20);
/// The key under which WebDriver hands out element references.
const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// What a request came to when it did not come to a value.
#[derive(Debug)]
pub struct Trouble(pub String);

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Trouble {}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Trouble(error.to_string())
    }
}

/// One request to the driver on `port`; the answer's `value`.
pub fn request(port: u16, method: &str, path: &str, body: &Value) -> Result<Value, Trouble> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(REQUEST_LIMIT))?;
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let answer: Value = serde_json::from_slice(&read_body(&mut BufReader::new(stream))?)
        .map_err(|e| Trouble(format!("{method} {path}: the answer is no JSON: {e}")))?;
    let value = answer.get("value").cloned().unwrap_or(Value::Null);
    match value.get("error").and_then(Value::as_str) {
        Some(error) => {
            let message = value
                .get("message")
                .and_then(Value::as_str)
                .unwrap_or_default();
            Err(Trouble(format!("{method} {path}: {error}: {message}")))
        }
        None => Ok(value),
    }
}

/// The body of an HTTP answer that states its length.
fn read_body(reader: &mut impl BufRead) -> Result<Vec<u8>, Trouble> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse::<u64>().ok();
        }
    }
    let length = length.ok_or_else(|| Trouble("the driver closed the connection".to_owned()))?;
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body)?;
    Ok(body)
}

/// Looks until `condition` gives a value; `what` is for the message when it never does.
///
/// # Panics
/// When `limit` has passed.
pub fn wait_for<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = condition() {
            return value;
        }
        assert!(
            started.elapsed() < limit,
            "waited {limit:?} in vain for {what}"
        );
        std::thread::sleep(POLL);
    }
}

/// A running program under a driver.
#[derive(Debug)]
pub struct Session {
    port: u16,
    path: String,
}

/// A reference to an element of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

impl Session {
    /// Starts `binary` through the driver on `port`.
    pub fn open(port: u16, binary: &str, args: &[String]) -> Result<Session, Trouble> {
        let options = json!({ "binary": binary, "args": args });
        let wanted = json!({
            "capabilities": { "alwaysMatch": { "webkitgtk:browserOptions": options } }
        });
        let value = request(port, "POST", "/session", &wanted)?;
        let id = value.get("sessionId").and_then(Value::as_str);
        let id = id.ok_or_else(|| Trouble(format!("no session: {value}")))?;
        Ok(Session {
            port,
            path: format!("/session/{id}"),
        })
    }

    /// One request below the session.
    pub fn call(&self, method: &str, below: &str, body: &Value) -> Result<Value, Trouble> {
        request(self.port, method, &format!("{}{below}", self.path), body)
    }

    /// Ends the program.
    pub fn close(&self) -> Result<(), Trouble> {
        self.call("DELETE", "", &Value::Null).map(|_| ())
    }

    /// The elements that match a CSS selector now.
    pub fn find_all(&self, css: &str) -> Result<Vec<Element>, Trouble> {
        let value = self.call(
            "POST",
            "/elements",
            &json!({"using": "css selector", "value": css}),
        )?;
        let list = value.as_array().cloned().unwrap_or_default();
        let id = |e: &Value| {
            e.get(ELEMENT_KEY)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        Ok(list.iter().filter_map(id).map(Element).collect())
    }

    /// Clicks in the element's middle, as a person would.
    pub fn click(&self, element: &Element) -> Result<(), Trouble> {
        self.call("POST", &format!("/element/{}/click", element.0), &json!({}))
            .map(|_| ())
    }

    /// Types into the element.
    pub fn type_text(&self, element: &Element, text: &str) -> Result<(), Trouble> {
        let body = json!({ "text": text });
        self.call("POST", &format!("/element/{}/value", element.0), &body)
            .map(|_| ())
    }

    /// Empties a field.
    pub fn clear(&self, element: &Element) -> Result<(), Trouble> {
        self.call("POST", &format!("/element/{}/clear", element.0), &json!({}))
            .map(|_| ())
    }

    /// The element's text as shown.
    pub fn text(&self, element: &Element) -> Result<String, Trouble> {
        let value = self.call("GET", &format!("/element/{}/text", element.0), &Value::Null)?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// An attribute of the element.
    pub fn attribute(&self, element: &Element, name: &str) -> Result<Option<String>, Trouble> {
        let below = format!("/element/{}/attribute/{name}", element.0);
        Ok(self
            .call("GET", &below, &Value::Null)?
            .as_str()
            .map(str::to_owned))
    }

    /// What a script in the page returns.
    pub fn script(&self, script: &str) -> Result<Value, Trouble> {
        self.call(
            "POST",
            "/execute/sync",
            &json!({ "script": script, "args": [] }),
        )
    }

    /// What the page hands to the callback it gets as its last argument.
    pub fn async_script(&self, script: &str) -> Result<Value, Trouble> {
        self.call(
            "POST",
            "/execute/async",
            &json!({ "script": script, "args": [] }),
        )
    }

    /// Presses keys on whatever has the focus, one after the other.
    pub fn press(&self, keys: &[&str]) -> Result<(), Trouble> {
        let mut actions = Vec::new();
        for key in keys {
            actions.push(json!({ "type": "keyDown", "value": key }));
        }
        for key in keys.iter().rev() {
            actions.push(json!({ "type": "keyUp", "value": key }));
        }
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.call("POST", "/actions", &body).map(|_| ())
    }

    /// A picture of the page, as PNG.
    pub fn screenshot(&self) -> Result<Vec<u8>, Trouble> {
        let value = self.call("GET", "/screenshot", &Value::Null)?;
        let text = value
            .as_str()
            .ok_or_else(|| Trouble("no picture".to_owned()))?;
        decode_base64(text).ok_or_else(|| Trouble("the picture is no base64".to_owned()))
    }

    /// Gives the window this size in pixels.
    pub fn resize(&self, width: u32, height: u32) -> Result<(), Trouble> {
        let body = json!({ "width": width, "height": height });
        self.call("POST", "/window/rect", &body).map(|_| ())
    }
}

/// Bytes from base64 text; `None` where it holds a foreign letter.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in text.bytes().filter(|b| !matches!(b, b'\n' | b'\r' | b'=')) {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = u8::try_from(bits >> count).expect("eight bits lie above the rest");
            bytes.push(byte);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_body_by_its_stated_length() {
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbodyrest";
        let body = read_body(&mut &answer[..]).unwrap();
        assert_eq!(body, b"body", "not a byte more than stated");
    }

    #[test]
    fn a_closed_connection_is_trouble() {
        assert!(
            read_body(&mut &b""[..]).is_err(),
            "an empty answer has no length"
        );
    }

    #[test]
    fn base64_of_each_ending_is_read() {
        assert_eq!(decode_base64("VGFsbHk=").unwrap(), b"Tally");
        assert_eq!(decode_base64("V2F0dA==").unwrap(), b"Watt");
        assert_eq!(decode_base64("/+8A").unwrap(), [0xff, 0xef, 0x00]);
        assert_eq!(decode_base64("a b"), None, "a space is foreign");
    }

    #[test]
    #[should_panic(expected = "waited")]
    fn waiting_has_an_end() {
        wait_for("what never comes", Duration::from_millis(1), || None::<()>);
    }
}
