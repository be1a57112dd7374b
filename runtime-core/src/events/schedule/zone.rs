//! Time zones. Without the cargo feature `zones` there is UTC, and what a host knows.

use super::calendar::{LocalTime, UnixSeconds};
use super::error::{ScheduleError, ScheduleFault};
use std::fmt;

/// A time zone of the IANA time zone database.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Utc,
    #[cfg(feature = "zones")]
    Named(jiff::tz::TimeZone),
    Hosted(HostZone),
}

/// How far a zone's clocks are ahead of UTC at a moment, in seconds, as a host knows it: `None` if there
/// is no zone of this name.
pub type Offsets = fn(&str, UnixSeconds) -> Option<i64>;

/// Where time zones are looked up by their names.
#[derive(Clone, Copy, Debug)]
pub enum Zones {
    /// In the database that is part of the program (cargo feature `zones`).
    BuiltIn,
    /// Where the host looks: browsers bring the database along.
    Host(Offsets),
}

impl Zones {
    /// A zone by its name, for example `Europe/Paris`; case does not matter.
    ///
    /// # Errors
    ///
    /// There is no such zone.
    pub fn find(self, name: &str) -> Result<Zone, ScheduleError> {
        match self {
            Zones::Host(offsets) if !name.eq_ignore_ascii_case("UTC") => {
                // A browser takes offsets like +01:00 as well, AWS does not.
                let named = name.starts_with(|it: char| it.is_ascii_alphabetic());
                if named && offsets(name, UnixSeconds(0)).is_some() {
                    let name = name.to_owned();
                    return Ok(Zone(Kind::Hosted(HostZone { name, offsets })));
                }
                let fault = ScheduleFault::UnknownZone {
                    name: name.to_owned(),
                };
                Err(ScheduleError::new(name, 0, fault))
            }
            Zones::BuiltIn | Zones::Host(_) => Zone::parse(name),
        }
    }
}

/// A zone of the host.
#[derive(Clone, Debug)]
struct HostZone {
    name: String,
    offsets: Offsets,
}

impl PartialEq for HostZone {
    /// A host has one zone of a name.
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Further than this no clock has ever been from UTC, in seconds.
const FURTHEST: i64 = 16 * 3_600;

impl HostZone {
    fn offset(&self, at: i64) -> Option<i64> {
        (self.offsets)(&self.name, UnixSeconds(at))
    }

    /// The offset with which clocks first show this; `None` if they never do. They are put forward or
    /// back at most once in the time in which that can be.
    fn first_offset(&self, local: LocalTime) -> Option<i64> {
        let shown = local.seconds();
        let before = self.offset(shown.checked_sub(FURTHEST)?)?;
        let after = self.offset(shown.checked_add(FURTHEST)?)?;
        // The greater offset is the earlier moment.
        let both = [before.max(after), before.min(after)];
        let mut shows = both.into_iter();
        shows.find(|offset| self.offset(shown - offset) == Some(*offset))
    }
}

impl Zone {
    /// Coordinated Universal Time: EventBridge's rules know no other.
    pub const UTC: Zone = Zone(Kind::Utc);

    /// A zone by its name, for example `Europe/Paris`; case does not matter.
    ///
    /// # Errors
    ///
    /// There is no such zone, or this build has none but UTC.
    pub fn parse(name: &str) -> Result<Zone, ScheduleError> {
        if name.eq_ignore_ascii_case("UTC") {
            return Ok(Zone::UTC);
        }
        let zone = Kind::named(name.to_owned());
        zone.map(Zone)
            .map_err(|fault| ScheduleError::new(name, 0, fault))
    }

    /// The names of all zones that there are, in alphabetical order.
    pub fn names() -> Vec<String> {
        let mut names = Kind::names();
        if let Err(place) = names.binary_search_by(|name| name.as_str().cmp("UTC")) {
            names.insert(place, "UTC".to_owned());
        }
        names
    }

    /// The clock on the wall; `None` outside of the years that the database has.
    pub(super) fn local(&self, at: UnixSeconds) -> Option<LocalTime> {
        Some(LocalTime::from_seconds(
            at.0.checked_add(self.0.offset(at)?)?,
        ))
    }

    /// When the clock on the wall first shows this; `None` if it never does because it is put
    /// forward over it.
    pub(super) fn first(&self, local: LocalTime) -> Option<UnixSeconds> {
        let offset = self.0.first_offset(local)?;
        Some(UnixSeconds(local.seconds().checked_sub(offset)?))
    }
}

#[cfg(not(feature = "zones"))]
impl Kind {
    fn named(name: String) -> Result<Kind, ScheduleFault> {
        Err(ScheduleFault::NoZones { name })
    }

    fn names() -> Vec<String> {
        Vec::new()
    }

    fn offset(&self, at: UnixSeconds) -> Option<i64> {
        match self {
            Kind::Utc => Some(0),
            Kind::Hosted(zone) => zone.offset(at.0),
        }
    }

    fn first_offset(&self, local: LocalTime) -> Option<i64> {
        match self {
            Kind::Utc => Some(0),
            Kind::Hosted(zone) => zone.first_offset(local),
        }
    }
}

#[cfg(feature = "zones")]
impl Kind {
    fn named(name: String) -> Result<Kind, ScheduleFault> {
        match jiff::tz::TimeZone::get(&name) {
            Ok(zone) => Ok(Kind::Named(zone)),
            Err(_) => Err(ScheduleFault::UnknownZone { name }),
        }
    }

    fn names() -> Vec<String> {
        let available = jiff::tz::db().available();
        let mut names: Vec<_> = available.map(|name| name.to_string()).collect();
        names.sort_unstable();
        names
    }

    fn offset(&self, at: UnixSeconds) -> Option<i64> {
        match self {
            Kind::Utc => Some(0),
            Kind::Named(zone) => {
                let at = jiff::Timestamp::from_second(at.0).ok()?;
                Some(zone.to_offset(at).seconds().into())
            }
            Kind::Hosted(zone) => zone.offset(at.0),
        }
    }

    fn first_offset(&self, local: LocalTime) -> Option<i64> {
        use jiff::tz::AmbiguousOffset;
        let zone = match self {
            Kind::Utc => return Some(0),
            Kind::Hosted(zone) => return zone.first_offset(local),
            Kind::Named(zone) => zone,
        };
        let small = |number: u32| i8::try_from(number).ok();
        let local = jiff::civil::DateTime::new(
            i16::try_from(local.year).ok()?,
            small(local.month)?,
            small(local.day)?,
            small(local.hour)?,
            small(local.minute)?,
            small(local.second)?,
            0,
        );
        match zone.to_ambiguous_timestamp(local.ok()?).offset() {
            AmbiguousOffset::Unambiguous { offset } => Some(offset.seconds().into()),
            AmbiguousOffset::Fold { before, .. } => Some(before.seconds().into()),
            AmbiguousOffset::Gap { .. } => None,
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Kind::Utc => "UTC",
            #[cfg(feature = "zones")]
            Kind::Named(zone) => zone.iana_name().unwrap_or("UTC"),
            Kind::Hosted(zone) => &zone.name,
        })
    }
}
