//! What was said with a partner's server for each page of an import.

use rusqlite::{OptionalExtension, Row};

use crate::row::ImportRow;
use crate::{Book, Result};

/// One exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// Page of the import, from 1.
    pub number: u32,
    /// Number of its first record in the import.
    pub first: u32,
    /// The address asked for.
    pub url: String,
    /// Our id of the request.
    pub request_id: String,
    /// Our id of the run.
    pub correlation_id: String,
    /// HTTP status.
    pub status: u16,
    /// JSON of the answer's headers that count.
    pub headers: String,
}

const COLUMNS: &str = "number, first, url, request_id, correlation_id, status, headers";

/// Keeps the exchanges of an import.
pub fn insert(book: &Book, import: ImportRow, exchanges: &[Exchange]) -> Result<()> {
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO exchange (import, number, first, url, request_id, correlation_id, status,
                               headers)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for one in exchanges {
        insert.execute((
            import,
            one.number,
            one.first,
            &one.url,
            &one.request_id,
            &one.correlation_id,
            one.status,
            &one.headers,
        ))?;
    }
    Ok(())
}

/// The exchange that brought a record, by its number in the import. `None` for files.
pub fn of_record(book: &Book, import: ImportRow, record: u32) -> Result<Option<Exchange>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM exchange WHERE import = ?1 AND first <= ?2
         ORDER BY number DESC LIMIT 1"
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    Ok(query.query_row((import, record), read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Exchange> {
    Ok(Exchange {
        number: row.get(0)?,
        first: row.get(1)?,
        url: row.get(2)?,
        request_id: row.get(3)?,
        correlation_id: row.get(4)?,
        status: row.get(5)?,
        headers: row.get(6)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fact_tests::{begin, book};

    #[test]
    fn a_record_finds_the_page_it_came_on() {
        let book = book();
        let import = begin(&book);
        let page = |number: u32, first: u32| Exchange {
            number,
            first,
            url: format!("https://a.example/cdrs?page={number}"),
            request_id: format!("r{number}"),
            correlation_id: "c".to_owned(),
            status: 200,
            headers: "{}".to_owned(),
        };
        // The second page is empty: the record after it came on the third.
        insert(&book, import, &[page(1, 1), page(2, 101), page(3, 101)]).unwrap();
        let of = |record| of_record(&book, import, record).unwrap();
        assert_eq!(of(1), Some(page(1, 1)));
        assert_eq!(of(100), Some(page(1, 1)));
        assert_eq!(of(101), Some(page(3, 101)));
        assert_eq!(of_record(&book, ImportRow(99), 1).unwrap(), None);
    }
}
