-- The decision by which a CDR is priced otherwise than agreed; NULL where it is priced as agreed.
ALTER TABLE replay ADD COLUMN kept INTEGER;

-- Which CDRs a stored tariff version priced.
CREATE INDEX replay_tariff ON replay (tariff) WHERE tariff IS NOT NULL;

-- The tariffs of a partner.
CREATE INDEX tariff_partner ON tariff (partner, ocpi_id COLLATE NOCASE);
