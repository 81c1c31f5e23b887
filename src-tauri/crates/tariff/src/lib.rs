//! The tariff engine: replays the price of a charging session and explains it.
