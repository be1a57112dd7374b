//! What is charged where, for each construct. In these programs `if` and `br_if` cost 2, `br` and
//! `return` 1, and `WORK n` as much as it says.

use super::charges::{Charge, Charges};
use super::flow::Flow;
use super::outline::Outline;

/// Code that costs as much and leaves nothing.
fn work(units: usize) -> String {
    let sum = "(i32.add (i32.const 1))".repeat(units);
    format!("(i32.const 1) {sum} (drop)")
}

/// The charges of the first function of a module with these fields, `WORK n` being [`work`].
fn charges(fields: &str) -> Vec<u32> {
    let mut text = String::from("(module ");
    let mut words = fields.split("WORK ");
    text.push_str(words.next().unwrap_or_default());
    for part in words {
        let digits = part.chars().take_while(char::is_ascii_digit).count();
        let (units, rest) = part.split_at(digits);
        text.push_str(&work(units.parse().unwrap()));
        text.push_str(rest);
    }
    text.push(')');
    let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let outline = Outline::read(&wasm).unwrap();
    let payers = outline.payers().unwrap();
    let (_, body) = outline.own().next().unwrap();
    let mut flow = Flow::default();
    flow.read(body, None).unwrap();
    let mut charges = Charges::default();
    charges.find(&flow, &payers);
    charges
        .all
        .iter()
        .map(|Charge { fuel, .. }| *fuel)
        .collect()
}

#[test]
fn straight_code_is_charged_once() {
    assert_eq!(charges("(func WORK 100)"), [100]);
    assert_eq!(
        charges("(func (block WORK 50 (block WORK 20) WORK 30))"),
        [100]
    );
    assert!(charges("(func)").is_empty());
}

#[test]
fn paths_that_differ_little_are_charged_their_mean() {
    let both = "(func (param i32) WORK 5 (if (local.get 0) (then WORK 10) (else WORK 4)) WORK 50)";
    // The `br` out of the first arm is free: it is `else`.
    assert_eq!(charges(both), [5 + 2 + 7 + 50]);
    assert_eq!(
        charges("(func (param i32) (if (local.get 0) (then WORK 10)))"),
        [2 + 5]
    );
    assert_eq!(
        charges("(func (param i32) (block (br_if 0 (local.get 0)) WORK 10) WORK 9)"),
        [2 + 5 + 9]
    );
}

#[test]
fn paths_that_differ_much_are_charged_where_they_part() {
    let arm = "(func (param i32) WORK 5 (if (local.get 0) (then WORK 100)) WORK 50)";
    // What follows on both is common to none of the two charges.
    assert_eq!(charges(arm), [7, 100, 50]);
    let guard = "(func (param i32) (if (local.get 0) (then (return))) WORK 100)";
    // Half of the `return` is in the first.
    assert_eq!(charges(guard), [3, 100]);
    let table = "(func (param i32) (block (block (block (br_table 0 1 2 (local.get 0))) WORK 40 (br 1)) WORK 2))";
    assert_eq!(charges(table), [5 + 1, 41]);
}

#[test]
fn loops_are_charged_for_each_iteration() {
    assert_eq!(charges("(func (loop (br 0)))"), [1]);
    assert_eq!(
        charges("(func (param i32) WORK 3 (loop WORK 10 (br_if 0 (local.get 0))) WORK 6)"),
        [3 + 6, 12]
    );
    // An iteration is paid for in full, although it may leave in its middle.
    let with_exit =
        "(func (param i32) (block (loop WORK 4 (br_if 1 (local.get 0)) WORK 10 (br 0))) WORK 6)";
    assert_eq!(charges(with_exit), [6, 4 + 2 + 10 + 1]);
    // What is behind a loop is paid for there if it is much.
    assert_eq!(
        charges("(func (param i32) WORK 3 (loop WORK 10 (br_if 0 (local.get 0))) WORK 60)"),
        [3, 12, 60]
    );
    let nested = "(func (param i32) (loop WORK 5 (loop WORK 7 (br_if 0 (local.get 0))) WORK 9 (br_if 0 (local.get 0))))";
    assert_eq!(charges(nested), [5 + 9 + 2, 7 + 2]);
    // A loop that nothing leads back to is one all the same.
    assert_eq!(charges("(func (loop WORK 7))"), [7]);
}

#[test]
fn what_fails_is_no_alternative() {
    let panics = |units: u32| {
        let path = format!("(if (local.get 0) (then WORK {units} (unreachable)))");
        charges(&format!("(func (param i32) {path} WORK 10)"))
    };
    assert_eq!(panics(15), [2 + 10]);
    assert_eq!(panics(200), [2 + 10, 200]);
    assert_eq!(charges("(func WORK 10 (unreachable))"), [10]);
    // But what is thrown may be caught.
    let throws = "(tag $e) (func (param i32) (if (local.get 0) (then (throw $e))) WORK 10)";
    assert_eq!(charges(throws), [2 + 10, 500]);
}

#[test]
fn where_exceptions_land_is_charged() {
    let lands = "(tag $e) (func (block $h (try_table (catch_all $h) (call 0)) WORK 3) WORK 7)";
    assert_eq!(charges(lands), [4 + 3, 7]);
}

#[test]
fn callers_pay_for_small_functions() {
    const CALL: u32 = 4;
    let calls = |callee: &str| charges(&format!("(func (call $f)) {callee}"));
    assert_eq!(calls("(func $f WORK 10)"), [CALL + 10]);
    assert_eq!(
        calls("(func $f WORK 10 (call $g)) (func $g WORK 5)"),
        [2 * CALL + 15]
    );
    // Those pay for themselves: a large one, one with a loop, and such as others may call.
    assert_eq!(calls("(func $f WORK 65)"), [CALL]);
    assert_eq!(calls("(func $f (loop WORK 10))"), [CALL]);
    assert_eq!(calls("(func $f WORK 10 (call $f))"), [CALL]);
    assert_eq!(calls(r#"(func $f (export "f") WORK 10)"#), [CALL]);
    assert_eq!(calls("(func $f WORK 10) (start $f)"), [CALL]);
    assert_eq!(
        calls("(table 1 funcref) (elem (i32.const 0) func $f) (func $f WORK 10)"),
        [CALL]
    );
    assert_eq!(
        calls("(global funcref (ref.func $f)) (func $f WORK 10)"),
        [CALL]
    );
    assert_eq!(
        calls("(func $f WORK 10 (call_indirect (i32.const 0))) (table 1 funcref)"),
        [CALL]
    );
}

#[test]
fn what_the_host_does_costs_something() {
    let imports = r#"(import "coldstart" "now" (func $now (result i64)))"#;
    let calls = |body: &str| charges(&format!("{imports} {body}"));
    assert_eq!(calls("(func (drop (call $now)))"), [4 + 200]);
    // Its callers pay for it, and nobody for them: the host may change the fuel.
    assert_eq!(calls("(func (call $f)) (func $f (drop (call $now)))"), [4]);
}

#[test]
fn code_that_cannot_run_is_not_charged() {
    assert_eq!(charges("(func WORK 5 (return) WORK 100)"), [6]);
    assert_eq!(
        charges("(func WORK 5 (unreachable) (loop WORK 100 (br 0)))"),
        [5]
    );
    assert_eq!(charges("(func (block WORK 5 (br 0) WORK 100) WORK 3)"), [9]);
    assert_eq!(
        charges("(func (unreachable) (if (i32.const 1) (then WORK 9) (else WORK 9)))"),
        [0; 0]
    );
}
