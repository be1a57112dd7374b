//! What a pod on Fargate gets and is paid for (Amazon EKS user guide of 2024-12-18, "Understand Fargate Pod
//! configuration details").

use super::sizes::task_sizes;
use crate::timeline::TaskSize;
use crate::units::{CpuUnits, MemoryMb};
use std::fmt;

/// What Kubernetes' own components need of each pod's memory.
pub const POD_OVERHEAD: MemoryMb = MemoryMb::new(256);

/// Pods stop at 16 vCPU.
pub const LARGEST_POD_CPU: CpuUnits = CpuUnits::from_vcpus(16);

/// What the containers of a pod ask for; nothing is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodRequests {
    /// Of each init container: they run one after the other.
    pub init: Vec<TaskSize>,
    /// Of each long-running container.
    pub containers: Vec<TaskSize>,
}

/// No size has this much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PodTooLarge {
    /// What the pod needs, the 256 MB of Kubernetes included.
    pub needed: TaskSize,
}

impl fmt::Display for PodTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pod provisioning failed: it needs {}", self.needed)
    }
}

impl PodTooLarge {
    /// What to do.
    pub const fn hint(self) -> &'static str {
        "A pod has at most 16 vCPU and 120 GB, of which Kubernetes needs 256 MB."
    }
}

/// The annotation `CapacityProvisioned` of a pod, what is paid for: `0.25vCPU 0.5GB`. What `kubectl` shows of its node
/// is more.
pub fn capacity_provisioned(size: TaskSize) -> String {
    let (cpu, memory) = (size.cpu.get(), size.memory.get());
    let amount = |of: u32| f64::from(of) / 1_024.0;
    format!("{}vCPU {}GB", amount(cpu), amount(memory))
}

impl PodRequests {
    /// The way from what containers ask for to what is paid for, a sentence a step.
    pub fn explain(&self) -> Vec<String> {
        let sum =
            |of: fn(&TaskSize) -> u32| self.containers.iter().map(of).fold(0, u32::saturating_add);
        let together = TaskSize::new(sum(|it| it.cpu.get()), sum(|it| it.memory.get()));
        let mut steps = vec![format!(
            "Long-running containers ask for {together} together."
        )];
        if !self.init.is_empty() {
            let all: Vec<String> = self.init.iter().map(ToString::to_string).collect();
            steps.push(format!(
                "Init containers run one after the other and ask for {}: the most counts, of CPU and of \
                 memory.",
                all.join("; ")
            ));
        }
        steps.push(format!(
            "{POD_OVERHEAD} more are for kubelet, kube-proxy and containerd, and the next size that Fargate \
             has is taken."
        ));
        steps.push(
            "Requests are limits on Fargate: what is paid for beyond them the containers cannot use."
                .to_owned(),
        );
        steps
    }

    /// The size that the pod gets, for each of CPU and memory the larger of what any init container and what
    /// all others together ask for, with what Kubernetes needs, rounded up.
    pub fn size(&self) -> Result<TaskSize, PodTooLarge> {
        let most = |of: fn(&TaskSize) -> u32| {
            let init = self.init.iter().map(of).max().unwrap_or(0);
            let together = self.containers.iter().map(of).fold(0, u32::saturating_add);
            init.max(together)
        };
        let cpu = most(|size| size.cpu.get());
        let memory = most(|size| size.memory.get()).saturating_add(POD_OVERHEAD.get());
        let needed = TaskSize::new(cpu, memory);
        task_sizes()
            .filter(|size| size.cpu <= LARGEST_POD_CPU)
            .find(|size| size.cpu >= needed.cpu && size.memory >= needed.memory)
            .ok_or(PodTooLarge { needed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(cpu: u32, memory: u32) -> Result<TaskSize, PodTooLarge> {
        let requests = PodRequests {
            init: Vec::new(),
            containers: vec![TaskSize::new(cpu, memory)],
        };
        requests.size()
    }

    #[test]
    fn memory_grows_by_256_mb_and_both_are_rounded_up() {
        // The first is the guide's own example, the others are computed from its rule.
        for (requested, paid) in [
            ((1_024, 8_192), (2_048, 9_216)),
            ((256, 512), (256, 1_024)),
            ((256, 2_048), (512, 3_072)),
            ((1_024, 2_048), (1_024, 3_072)),
            ((4_096, 30_720), (8_192, 32_768)),
            ((0, 0), (256, 512)),
        ] {
            let size = one(requested.0, requested.1);
            assert_eq!(size, Ok(TaskSize::new(paid.0, paid.1)), "{requested:?}");
        }
        assert_eq!(PodRequests::default().size(), Ok(TaskSize::new(256, 512)));
    }

    #[test]
    fn init_containers_run_one_after_the_other() {
        let requests = PodRequests {
            init: vec![TaskSize::new(2_048, 100), TaskSize::new(256, 3_000)],
            containers: vec![TaskSize::new(512, 1_000), TaskSize::new(512, 1_000)],
        };
        assert_eq!(requests.size(), Ok(TaskSize::new(2_048, 4_096)));
    }

    #[test]
    fn no_pod_has_more_than_16_vcpu() {
        assert!(one(16_384, 122_880 - 256).is_ok());
        for (cpu, memory) in [(16_385, 1), (16_384, 122_880), (u32::MAX, u32::MAX)] {
            assert!(one(cpu, memory).is_err());
        }
        let error = one(20_480, 1_792).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Pod provisioning failed: it needs 20 vCPU and 2 GB"
        );
    }

    #[test]
    fn what_is_paid_for_is_written_as_the_annotation_has_it() {
        // Amazon EKS user guide, the example of the annotation.
        for (size, written) in [
            ((256, 512), "0.25vCPU 0.5GB"),
            ((1_024, 3_072), "1vCPU 3GB"),
            ((2_048, 9_216), "2vCPU 9GB"),
        ] {
            assert_eq!(capacity_provisioned(TaskSize::new(size.0, size.1)), written);
        }
    }

    #[test]
    fn kubernetes_counts_in_thousandths() {
        assert_eq!(CpuUnits::from_millicores(250), CpuUnits::new(256));
        assert_eq!(CpuUnits::from_millicores(1), CpuUnits::new(2));
    }
}
