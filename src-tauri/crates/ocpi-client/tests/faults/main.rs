//! A partner's server that is slow, wrong or hostile: what comes of it, case by case.

mod connect;
mod handshake;
mod listener;
mod lists;
mod push;
mod said;
mod send;
mod single;
mod support;
mod tls;
