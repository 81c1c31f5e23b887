//! What is tried, in order: address, encryption, versions, modules, registration, each list, how
//! its pages follow each other, the clock.

use chrono::{DateTime, TimeDelta};
use domain::{OcpiVersion, PartyKey};
use ocpi_client::{
    Client, Code, Crawl, Departure, Details, Exchange, Module, Page, Problem, Url, Window,
};

use super::register::{details_now, parties};
use super::steps::{Steps, Went};
use super::{Ask, dry};
use crate::api::{ConnectTrial, RegisterRequest};
use crate::connections::{Secret, Settings, keep, token_name};
use crate::error::Result;

/// CDRs of a page, as asked for: those that are shown.
const CDRS: u32 = 20;
/// Tariffs of a page: they may price the CDRs.
const TARIFFS: u32 = 100;
/// Objects of other lists.
const OTHERS: u32 = 5;
/// Clocks that differ by more than this are told.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// A trial on its way.
struct Trial<'a, 's, F> {
    ask: &'a Ask<'a>,
    steps: &'s mut Steps<F>,
    settings: Settings,
    token: Secret,
}

impl Ask<'_> {
    /// The settings, if every step that matters went well, and the token that goes with them.
    pub(super) fn run<F: FnMut(&ConnectTrial)>(
        &self,
        steps: &mut Steps<F>,
        settings: Settings,
        token: Secret,
    ) -> (Option<Settings>, Secret) {
        let mut trial = Trial {
            ask: self,
            steps,
            settings,
            token,
        };
        let good = trial.run().is_some();
        (good.then_some(trial.settings), trial.token)
    }
}

/// A page that was received to see whether a list can be read.
struct First {
    crawled: Vec<Page>,
}

impl First {
    fn body(&self) -> &[u8] {
        self.crawled.first().map_or(&[], |page| &page.body)
    }
}

impl<F: FnMut(&ConnectTrial)> Trial<'_, '_, F> {
    /// `None` where something stands in the way.
    fn run(&mut self) -> Option<()> {
        let mut client = self.client()?;
        if self.ask.request.lists.is_empty() {
            let versions = self.address(&self.settings.versions_url.clone())?;
            let mut details = self.details(&client, &versions)?;
            if let Some(register) = &self.ask.request.register {
                self.registered(&client, &details, register)?;
                // What a partner offers to the new token may be more.
                client = self.client()?;
                let now = details_now(&self.settings, &client, self.ask.stop);
                let now = self.steps.told("modules", now);
                if now.is_none() {
                    self.steps.heard(&client);
                }
                details = now?;
            } else {
                self.roles(&client, &details);
            }
            self.endpoints(&versions, &client, &details)?;
        }
        self.lists(&client)?;
        // The same partner may hold back one list and give the others.
        let cdrs = self.settings.lists.contains_key(Module::Cdrs.as_str());
        (cdrs || self.steps.all_well()).then_some(())
    }

    /// A client with the token as it is now, which notes what is said.
    fn client(&mut self) -> Option<Client> {
        let from_to = (self.ask.desk.book.party().clone(), self.ask.partner.clone());
        let connection = self.settings.with_token(&self.token, from_to);
        let connection = self.steps.told("address", connection)?;
        let made = Client::new(connection, self.ask.limits);
        let (client, _) = self.steps.told("address", made)?;
        client.record();
        Some(client)
    }

    fn address(&mut self, text: &str) -> Option<Url> {
        self.steps.told("address", ocpi_client::parse_address(text))
    }

    /// Versions and their details; the first request also says whether the server can be reached.
    fn details(&mut self, client: &Client, versions: &Url) -> Option<Details> {
        let stop = self.ask.stop;
        let offered = ocpi_client::versions(client, versions, stop);
        self.reached(versions, offered.as_ref().err());
        let told = self.steps.told("versions", offered);
        let Some((offered, exchange)) = told else {
            self.steps.heard(client);
            return None;
        };
        let names: Vec<&str> = offered.iter().map(|one| one.version.as_str()).collect();
        self.steps.step("versions", Went::Good, names.join(", "));
        self.steps.heard(client);
        self.clock(&exchange);
        let wanted = self
            .ask
            .request
            .version
            .as_ref()
            .map(|_| self.settings.version);
        let chosen = self
            .steps
            .told("version", ocpi_client::choose(&offered, wanted))?;
        let details = ocpi_client::details(client, versions, chosen, stop);
        let details = self.steps.told("version", details);
        let Some((details, _)) = details else {
            self.steps.heard(client);
            return None;
        };
        self.settings.version = chosen.0;
        self.steps.step("version", Went::Good, chosen.0.as_str());
        self.steps.heard(client);
        self.steps
            .change(|view| view.version = Some(chosen.0.as_str().to_owned()));
        Some(details)
    }

    /// Whether the server was reached, and how safely.
    fn reached(&mut self, versions: &Url, problem: Option<&Problem>) {
        let host = versions.host_str().unwrap_or_default();
        let code = problem.map(|problem| problem.code);
        if matches!(
            code,
            Some(Code::Unreachable | Code::Timeout | Code::PrivateAddress | Code::Cancelled)
        ) {
            return;
        }
        self.steps
            .step("reachable", Went::Good, format!("{host} answers"));
        if code == Some(Code::Tls) {
            return;
        }
        if versions.scheme() == "https" {
            let text = "encrypted, and the certificate is trusted";
            self.steps.step("tls", Went::Good, text);
        } else {
            let text = "not encrypted: anybody on the way can read the token";
            self.steps.step("tls", Went::Odd, text);
        }
    }

    /// Where the lists are, and where the partner takes objects from us.
    fn endpoints(&mut self, versions: &Url, client: &Client, details: &Details) -> Option<()> {
        let follow = |url: Option<&str>| {
            let url = client.reach().follow(versions, url?);
            Some(url.map(|url| url.to_string()))
        };
        for module in Module::ALL {
            let name = module.as_str();
            if let Some(url) = follow(details.list(module)) {
                let url = self.steps.told(name, url)?;
                self.settings.lists.insert(name.to_owned(), url);
            }
            if let Some(Ok(url)) = follow(details.receiver(module)) {
                self.settings.receivers.insert(name.to_owned(), url);
            }
        }
        let taken: Vec<&str> = self.settings.receivers.keys().map(String::as_str).collect();
        let listed: Vec<&str> = self.settings.lists.keys().map(String::as_str).collect();
        let text = match (listed.is_empty(), taken.is_empty()) {
            (true, true) => {
                let text = "the partner offers no list and takes nothing from us";
                self.steps.step("modules", Went::Bad, text);
                return None;
            }
            (false, true) => listed.join(", "),
            (true, false) => format!("no list; takes {} from us", taken.join(", ")),
            (false, false) => format!("{}; takes {} from us", listed.join(", "), taken.join(", ")),
        };
        self.steps.step("modules", Went::Good, text);
        let modules = self.settings.lists.keys().cloned().collect();
        let receives = self.settings.receivers.contains_key(Module::Cdrs.as_str());
        self.steps.change(|view| {
            view.modules = modules;
            view.receives_cdrs = receives;
        });
        Some(())
    }

    /// Registers. Kept at once, for the token that was given is void from then on.
    fn registered(
        &mut self,
        client: &Client,
        details: &Details,
        register: &RegisterRequest,
    ) -> Option<()> {
        let Some(vault) = self.ask.vault else {
            let text = "tokens are locked: what comes back could not be kept";
            self.steps.step("register", Went::Bad, text);
            return None;
        };
        let done = self.ask.register(client, details, register);
        let done = self.steps.told("register", done);
        let Some(registered) = done else {
            self.steps.heard(client);
            return None;
        };
        self.steps
            .step("register", Went::Good, "tokens were exchanged");
        self.steps.heard(client);
        self.token = Secret::from(registered.token.expose().to_owned());
        self.settings.credentials = details.credentials().map(str::to_owned);
        self.speaks_for(&parties(details.version, &registered.their_roles));
        let kept = self.keep(vault);
        self.steps.told("register", kept)
    }

    fn keep(&self, vault: &crate::connections::Vault) -> Result<()> {
        vault.put(&token_name(self.ask.partner), &self.token)?;
        keep(self.ask.desk, self.ask.partner, &self.settings)
    }

    /// Whose records the partner may send, as it says itself.
    fn roles(&mut self, client: &Client, details: &Details) {
        if details.credentials().is_none() {
            return;
        }
        match ocpi_client::their_roles(client, details, self.ask.stop) {
            Ok(roles) => self.speaks_for(&parties(details.version, &roles)),
            Err(problem) => {
                let text = format!("it does not say whose records it sends: {problem}");
                self.steps.step("roles", Went::Odd, text);
            }
        }
        self.steps.heard(client);
    }

    /// Takes over whose records are sent; not where the server calls itself something else than
    /// the user does, for then everything would be turned away.
    fn speaks_for(&mut self, roles: &[PartyKey]) {
        let names: Vec<String> = roles.iter().map(PartyKey::to_string).collect();
        let names = names.join(", ");
        if roles.is_empty() {
            let text = "a hub, or one that names no party: everybody's records are taken over";
            self.steps.step("roles", Went::Odd, text);
        } else if roles.contains(self.ask.partner) {
            self.settings.roles = roles.to_vec();
            self.steps.step("roles", Went::Good, names);
        } else {
            let text = format!("the server says it is {names}, not {}", self.ask.partner);
            self.steps.step("roles", Went::Odd, text);
        }
    }

    /// The first page of each list.
    fn lists(&mut self, client: &Client) -> Option<()> {
        let mut firsts = Vec::new();
        for module in Module::ALL {
            let Some(list) = self.settings.lists.get(module.as_str()).cloned() else {
                continue;
            };
            let url = self
                .steps
                .told(module.as_str(), ocpi_client::parse_address(&list))?;
            let first = self.first(client, module, &url);
            match first {
                Ok((first, text, departures)) => {
                    self.steps.step(module.as_str(), Went::Good, text);
                    self.steps.heard(client);
                    if module == Module::Cdrs {
                        self.paging(&first, &departures);
                        self.steps.heard(client);
                    }
                    firsts.push((module, first));
                }
                Err(problem) => {
                    self.steps.told::<(), _>(module.as_str(), Err(problem));
                    self.steps.heard(client);
                    self.settings.lists.remove(module.as_str());
                }
            }
        }
        let body = |wanted: Module| {
            let found = firsts.iter().find(|(module, _)| *module == wanted);
            found.map_or(&[][..], |(_, first)| first.body())
        };
        let of = (body(Module::Cdrs), body(Module::Tariffs));
        let version = self.settings.version;
        let priced = dry::run(self.ask.desk, self.ask.partner, version, of);
        let priced = self.steps.told("dry_run", priced)?;
        self.steps.priced(priced);
        Some(())
    }

    /// The first objects of a list, and one page more where there is one.
    fn first(
        &self,
        client: &Client,
        module: Module,
        url: &Url,
    ) -> std::result::Result<(First, String, Vec<Departure>), Problem> {
        let now = self.ask.desk.now;
        // Sessions must be asked for from some date on.
        let window = Window {
            from: Some(now - TimeDelta::days(31)),
            until: None,
        };
        let limit = match module {
            Module::Cdrs => CDRS,
            Module::Tariffs => TARIFFS,
            Module::Locations | Module::Tokens | Module::Sessions | Module::Records => OTHERS,
        };
        let of: (OcpiVersion, &Url) = (self.settings.version, url);
        let mut crawl = Crawl::begin(client, of, window, (limit, now));
        let pages = if module == Module::Cdrs { 2 } else { 1 };
        let mut crawled = Vec::new();
        while crawled.len() < pages {
            let Some(page) = crawl.next(self.ask.stop)? else {
                break;
            };
            crawled.push(page);
        }
        let standing = crawl.standing();
        let objects = crawled.first().map_or(0, |page| page.objects);
        let total = standing.total;
        let total = total.map_or_else(|| "an unknown number".to_owned(), |n| n.to_string());
        let text = format!("{objects} of {total} updated in the last 31 days");
        let departures = standing.departures.clone();
        Ok((First { crawled }, text, departures))
    }

    /// How the pages of the CDRs follow each other.
    fn paging(&mut self, first: &First, departures: &[Departure]) {
        let [one, two] = first.crawled.as_slice() else {
            let text = "one page holds all there is; how pages follow each other is seen later";
            self.steps.step("paging", Went::Good, text);
            return;
        };
        if one.body == two.body {
            let text = "the second page is the first again";
            self.steps.step("paging", Went::Bad, text);
        } else if departures.is_empty() {
            let text = "each page links to the next";
            self.steps.step("paging", Went::Good, text);
        } else {
            let said: Vec<&str> = departures.iter().map(|one| one.says()).collect();
            let text = format!("not as OCPI has it, and coped with: {}", said.join("; "));
            self.steps.step("paging", Went::Odd, text);
        }
    }

    /// How far the partner's clock is off: objects dated by it could be missed.
    fn clock(&mut self, exchange: &Exchange) {
        let theirs = exchange
            .header("date")
            .and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        let Some(theirs) = theirs else { return };
        let off = theirs.to_utc() - self.ask.desk.now;
        let seconds = off.num_seconds();
        if off.abs() > SKEW {
            let text =
                format!("the partner's clock is {seconds} s off; windows overlap enough for it");
            self.steps.step("clock", Went::Odd, text);
        } else {
            self.steps
                .step("clock", Went::Good, format!("{seconds} s apart"));
        }
    }
}
