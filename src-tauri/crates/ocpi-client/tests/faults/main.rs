//! A partner's server that is slow, wrong or hostile: what comes of it, case by case.

mod connect;
mod lists;
mod single;
mod support;
mod tls;
