//! The account, its subnets and zones, and the protection of tasks.

use super::input::{Out, Timer};
use super::network::Subnet;
use super::service::SERVICE_BURST;
use super::state::Standing;
use super::{Fargate, a_minute};
use crate::timeline::{CapacityProvider, FargateAccount, FargateFact, SubnetConfiguration};
use crate::units::{Moment, Span, SubnetId, TaskId, ZoneId};

/// For how long a task is protected where nobody says (Amazon ECS developer guide of 2023-06-15, "Task scale-in
/// protection").
pub const DEFAULT_PROTECTION: Span = Span::from_secs(2 * 60 * 60);

/// Whether a task can be protected for so long: 1 to 2,880 minutes (the same page).
pub fn is_protection(span: Span) -> bool {
    (Span::from_secs(60)..=Span::from_secs(2_880 * 60)).contains(&span)
}

impl Fargate {
    pub(super) fn configure_account(&mut self, at: Moment, account: FargateAccount, out: &mut Out) {
        self.account = account;
        for provider in [CapacityProvider::Fargate, CapacityProvider::FargateSpot] {
            let bucket = &mut self.capacity_mut(provider).bucket;
            bucket.limit(at, account.launch_burst, a_minute(&account));
        }
        for service in self.services.values_mut() {
            let bucket = &mut service.bucket;
            bucket.limit(at, SERVICE_BURST, account.service_rate);
        }
        out.fact(FargateFact::AccountConfigured(Box::new(account)));
        self.touch_all();
    }

    pub(super) fn configure_subnet(
        &mut self,
        id: SubnetId,
        mut configuration: Box<SubnetConfiguration>,
        out: &mut Out,
    ) {
        self.last_subnet = self.last_subnet.max(id.0);
        match self.subnets.get_mut(&id) {
            Some(subnet) => {
                // A subnet's block and zone are what they were when it was made.
                configuration.prefix = subnet.configuration.prefix;
                configuration.zone = subnet.configuration.zone;
                subnet.configuration = configuration.clone();
            }
            None => {
                let subnet = Subnet {
                    configuration: configuration.clone(),
                    taken: 0,
                };
                self.subnets.insert(id, subnet);
            }
        }
        out.fact(FargateFact::SubnetConfigured {
            subnet: id,
            configuration,
        });
        self.touch_all();
    }

    pub(super) fn change_zone(&mut self, zone: ZoneId, available: bool, out: &mut Out) {
        let changed = match available {
            true => self.failed_zones.remove(&zone),
            false => self.failed_zones.insert(zone),
        };
        if changed {
            out.fact(FargateFact::ZoneChanged { zone, available });
            self.touch_all();
        }
    }

    pub(super) fn protect(&mut self, at: Moment, id: TaskId, span: Option<Span>, out: &mut Out) {
        let Some(task) = self.tasks.get_mut(&id) else {
            return;
        };
        // Tasks of services only, and none that is to stop.
        if matches!(task.standing, Standing::Gone | Standing::Leaving)
            || span.is_some_and(|span| !is_protection(span))
        {
            return;
        }
        task.protected = span.map(|span| at + span);
        let until = task.protected;
        out.fact(FargateFact::ProtectionChanged { task: id, until });
        match until {
            Some(until) => out.timer(until, Timer::Unprotect { task: id, until }),
            None => {
                if let Some((service, _)) = self.service_of(id) {
                    self.touch(service);
                }
            }
        }
    }
}
