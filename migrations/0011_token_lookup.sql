-- Tokens by what CDRs name of them: a 2.1.1 CDR the contract, a row of a spreadsheet perhaps the uid.
CREATE INDEX token_contract ON token_row (contract COLLATE NOCASE);
CREATE INDEX token_uid ON token_row (ocpi_id COLLATE NOCASE);
