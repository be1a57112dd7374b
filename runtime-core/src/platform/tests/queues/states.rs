//! What mappings go through when they are made, changed and deleted (Lambda API reference, `State` of
//! EventSourceMappingConfiguration, DeleteEventSourceMapping).

use super::*;
use crate::timeline::{MappingState, StartingPosition, StreamConfiguration, Timeline};

const M: MappingId = MappingId(1);

/// A mapping that has just been asked for, of a queue with a message.
fn asked(enabled: bool) -> (Stage, QueueId) {
    let mut stage = Stage::new(|_| (OK, Span::from_secs(1)));
    let queue = stage.queue(QueueConfiguration::named("orders"));
    let configuration = MappingConfiguration {
        enabled,
        ..MappingConfiguration::between(queue, F)
    };
    stage.send(queue, None);
    configure(&mut stage, configuration);
    (stage, queue)
}

fn configure(stage: &mut Stage, configuration: MappingConfiguration) {
    stage.input(Input::ConfigureMapping {
        mapping: M,
        configuration: Box::new(configuration),
    });
}

fn change(stage: &mut Stage, change: impl FnOnce(&mut MappingConfiguration)) {
    let mut configuration = stage.platform.mapping(M).unwrap().clone();
    change(&mut configuration);
    configure(stage, configuration);
}

fn states(stage: &Stage) -> Vec<(Moment, MappingState)> {
    stage.queue_facts(|at, fact| match fact {
        QueueFact::MappingStateChanged { state, .. } => Some((at, *state)),
        _ => None,
    })
}

#[test]
fn each_change_has_its_state_until_it_is_over() {
    use MappingState::{Disabled, Disabling, Enabled, Enabling, Updating};
    for (before, enabled, during, after) in [
        (true, true, Updating, Enabled),
        (true, false, Disabling, Disabled),
        (false, true, Enabling, Enabled),
        (false, false, Updating, Disabled),
    ] {
        let (mut stage, _) = asked(before);
        let state = |stage: &Stage| stage.platform.mapping_state(M);
        assert_eq!(state(&stage), Some(MappingState::Creating));
        stage.run_until(at(0) + MAPPING_CHANGE);
        assert_eq!(state(&stage), Some(MappingState::settled(before)));
        stage.run_until(at(10));
        change(&mut stage, |it| it.enabled = enabled);
        assert_eq!(state(&stage), Some(during));
        stage.run_until(at(10) + MAPPING_CHANGE);
        assert_eq!(state(&stage), Some(after));
        let expected = [
            (at(0), MappingState::Creating),
            (at(0) + MAPPING_CHANGE, MappingState::settled(before)),
            (at(10), during),
            (at(10) + MAPPING_CHANGE, after),
        ];
        assert_eq!(states(&stage), expected);
    }
}

#[test]
fn a_mapping_polls_nothing_before_it_is_enabled() {
    let first = at(0) + MAPPING_CHANGE + RECEIVE_LATENCY;
    let received = |stage: &Stage| batches(stage).iter().map(|it| it.0).collect::<Vec<_>>();
    let (mut stage, _) = asked(true);
    stage.run_until(at(100));
    assert_eq!(received(&stage), [first]);
    // One that is made switched off does not begin, until it has been switched on.
    let (mut stage, _) = asked(false);
    stage.run_until(at(100));
    assert_eq!(received(&stage), []);
    change(&mut stage, |it| it.enabled = true);
    stage.run_until(at(200));
    let second = at(100) + MAPPING_CHANGE + RECEIVE_LATENCY;
    assert_eq!(received(&stage), [second]);
}

#[test]
fn records_are_not_read_before_their_mapping_is_enabled() {
    let mut stage = Stage::new(|_| (OK, millis(10)));
    let stream = stage.stream(StreamConfiguration::kinesis("clicks", 1));
    stage.put(stream, 0);
    let start = StartingPosition::TrimHorizon;
    configure(&mut stage, MappingConfiguration::reading(stream, start, F));
    stage.run_until(at(10));
    assert_eq!(stage.started(), [at(0) + MAPPING_CHANGE]);
    stage.put(stream, 0);
    change(&mut stage, |it| it.enabled = false);
    stage.run_until(at(20));
    assert_eq!(stage.started().len(), 1);
}

#[test]
fn a_mapping_that_is_switched_off_or_deleted_ends_what_it_has_begun() {
    for delete in [false, true] {
        let (mut stage, queue) = asked(true);
        stage.run_until(at(0) + MAPPING_CHANGE + RECEIVE_LATENCY);
        assert_eq!(stage.platform.in_flight(), 1);
        match delete {
            true => stage.input(Input::DeleteMapping { mapping: M }),
            false => change(&mut stage, |it| it.enabled = false),
        }
        stage.send(queue, None);
        stage.run_until(at(100));
        assert_eq!(deleted(&stage), ids([1]));
        assert_eq!(sizes(&stage), [1]);
        let left = (!delete).then_some(MappingState::Disabled);
        assert_eq!(stage.platform.mapping_state(M), left);
    }
    let (mut stage, _) = asked(true);
    stage.run_until(at(10));
    stage.input(Input::DeleteMapping { mapping: M });
    let state = |stage: &Stage| stage.platform.mapping_state(M);
    assert_eq!(state(&stage), Some(MappingState::Deleting));
    // A session that begins anew does not have it.
    let is_mapping = |fact: &LifecycleEvent| {
        matches!(
            fact,
            LifecycleEvent::Queue(QueueFact::MappingConfigured { .. })
        )
    };
    assert!(!stage.platform.set_up().iter().any(is_mapping));
    stage.run_until(at(10) + MAPPING_CHANGE);
    assert_eq!(state(&stage), None);
}

#[test]
fn an_updated_mapping_goes_on_polling() {
    let (mut stage, queue) = asked(true);
    stage.run_until(at(10));
    change(&mut stage, |it| it.batch_size = 2);
    for _ in 0..3 {
        stage.send(queue, None);
    }
    stage.run_until(at(10) + RECEIVE_LATENCY);
    assert_eq!(sizes(&stage), [1, 2, 1]);
    assert_eq!(
        stage.platform.mapping_state(M),
        Some(MappingState::Updating)
    );
}

/// "You tried to update an event source mapping in the CREATING state, or you tried to delete an event source
/// mapping currently UPDATING" (Lambda API reference, ResourceInUseException).
#[test]
fn one_change_at_a_time() {
    let (mut stage, queue) = asked(true);
    let before = stage.platform.mapping(M).unwrap().clone();
    let refused = |stage: &Stage| validate_mapping(&before, M, &stage.platform);
    assert_eq!(refused(&stage), [QueueError::MappingInUse]);
    change(&mut stage, |it| it.enabled = false);
    stage.input(Input::DeleteMapping { mapping: M });
    assert_eq!(stage.platform.mapping(M), Some(&before));
    stage.run_until(at(2));
    assert_eq!(refused(&stage), []);
    assert_eq!(stage.platform.mapping_state(M), Some(MappingState::Enabled));
    // Without its queue a mapping is gone at once.
    change(&mut stage, |it| it.batch_size = 1);
    stage.input(Input::DeleteQueue { queue });
    assert_eq!(stage.platform.mapping_state(M), None);
    stage.run_until(at(10));
    assert_eq!(states(&stage).len(), 3);
}

#[test]
fn a_change_outlives_the_tab() {
    let (mut stage, _) = asked(true);
    stage.run_until(at(1));
    stage.reopen();
    assert_eq!(
        stage.platform.mapping_state(M),
        Some(MappingState::Creating)
    );
    stage.run_until(at(10));
    let enabled = at(0) + MAPPING_CHANGE;
    assert_eq!(states(&stage)[1], (enabled, MappingState::Enabled));
    assert_eq!(batches(&stage)[0].0, enabled + RECEIVE_LATENCY);
    stage.input(Input::DeleteMapping { mapping: M });
    stage.reopen();
    stage.run_until(at(20));
    assert_eq!(stage.platform.mapping_state(M), None);
}

/// Files from before there were states say nothing of them.
#[test]
fn an_old_session_has_mappings_that_are_what_they_are_set_to() {
    for enabled in [true, false] {
        let (mut stage, _) = asked(enabled);
        let mut old = Timeline::default();
        for entry in stage.timeline.entries() {
            let of_states = QueueFact::MappingStateChanged {
                mapping: M,
                state: MappingState::Creating,
            };
            if entry.event != of_states.into() {
                old.push(entry.at, entry.event.clone());
            }
        }
        stage.timeline = old;
        stage.reopen();
        assert_eq!(
            stage.platform.mapping_state(M),
            Some(MappingState::settled(enabled))
        );
        stage.run_until(at(10));
        assert_eq!(batches(&stage).len(), usize::from(enabled));
    }
}
