//! Ranges of addresses.

use std::net::IpAddr;

/// All addresses whose first bits are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cidr {
    v6: bool,
    /// The shared bits, the rest shifted out.
    network: u128,
    /// How many bits are not shared.
    free: u32,
}

fn bits(address: IpAddr) -> (bool, u128) {
    match address {
        IpAddr::V4(address) => (false, address.to_bits().into()),
        IpAddr::V6(address) => (true, address.to_bits()),
    }
}

fn network(bits: u128, free: u32) -> u128 {
    bits.checked_shr(free).unwrap_or(0)
}

impl Cidr {
    /// `10.0.0.0/24` or `2001:db8::/32`.
    pub(super) fn parse(text: &str) -> Option<Cidr> {
        let (address, shared) = text.split_once('/')?;
        let (v6, bits) = bits(address.parse().ok()?);
        if shared.is_empty() || !shared.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let width: u32 = if v6 { 128 } else { 32 };
        let free = width.checked_sub(shared.parse().ok()?)?;
        Some(Cidr {
            v6,
            network: network(bits, free),
            free,
        })
    }

    pub(super) fn contains(self, text: &str) -> bool {
        text.parse().is_ok_and(|address| {
            let (v6, bits) = bits(address);
            v6 == self.v6 && network(bits, self.free) == self.network
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Cidr;

    #[test]
    fn addresses_in_ranges() {
        for (range, address, expected) in [
            ("10.0.0.0/24", "10.0.0.0", true),
            ("10.0.0.0/24", "10.0.0.255", true),
            ("10.0.0.0/24", "10.0.1.0", false),
            ("10.0.0.77/24", "10.0.0.1", true),
            ("0.0.0.0/0", "255.1.2.3", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "2001:db8::1", true),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("10.0.0.1/32", "10.0.0.1", true),
            ("10.0.0.1/32", "10.0.0.2", false),
            ("10.0.0.0/8", "not an address", false),
        ] {
            let cidr = Cidr::parse(range).unwrap();
            assert_eq!(cidr.contains(address), expected, "{address} in {range}");
        }
        for text in [
            "",
            "10.0.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0/8",
            "::/129",
            "/8",
        ] {
            assert_eq!(Cidr::parse(text), None, "{text}");
        }
    }
}
