//! Hours and the seconds they were.

use super::*;
use rust_decimal::dec;

fn seconds(volume: Decimal, length: i64) -> (Decimal, bool) {
    let measured = Measured {
        time: Some(volume),
        ..Measured::default()
    };
    let snap = HourVolume::SnapToPeriod;
    let found = restore_seconds(volume, &measured, Some(length * 1000), snap).unwrap();
    (found.seconds, found.disagrees)
}

#[test]
fn hours_are_restored_to_the_seconds_they_were() {
    assert_eq!(seconds(dec!(0.6667), 2400), (dec!(2400), false));
    assert_eq!(
        seconds(dec!(1.973), 7103),
        (dec!(7103), false),
        "7102.8 s, within three decimals of 7103"
    );
    assert_eq!(
        seconds(dec!(0.5000), 3600),
        (dec!(1800), true),
        "half an hour is not an hour"
    );
    assert_eq!(
        seconds(dec!(0.333), 3600),
        (dec!(1198.8), true),
        "three decimals cannot name the second"
    );
}

#[test]
fn four_decimals_name_every_second_of_a_day() {
    for second in (0..86_400).step_by(7) {
        let hours = (Decimal::from(second) / dec!(3600)).round_dp(4);
        let mut hours = hours;
        hours.rescale(4);
        let snap = HourVolume::SnapToPeriod;
        let found = restore_seconds(hours, &Measured::default(), None, snap).unwrap();
        assert_eq!(found.seconds, Decimal::from(second));
    }
}

#[test]
fn two_time_dimensions_share_a_period() {
    let measured = Measured {
        time: Some(dec!(0.6667)),
        parking: Some(dec!(0.3333)),
        ..Measured::default()
    };
    let snap = HourVolume::SnapToPeriod;
    let time = restore_seconds(dec!(0.6667), &measured, Some(3_600_000), snap).unwrap();
    assert_eq!((time.seconds, time.disagrees), (dec!(2400), false));
}

#[test]
fn hours_as_stated_are_not_restored() {
    let read = |volume, millis| {
        let measured = Measured {
            time: Some(volume),
            ..Measured::default()
        };
        let found = restore_seconds(volume, &measured, millis, HourVolume::AsStated).unwrap();
        (found.seconds.normalize(), found.disagrees)
    };
    assert_eq!(read(dec!(0.6667), Some(2_400_000)), (dec!(2400.12), false));
    assert_eq!(read(dec!(0.5000), Some(3_600_000)), (dec!(1800), true));
    assert_eq!(read(dec!(0.6667), None), (dec!(2400.12), false));
}

#[test]
fn time_from_the_clock_is_the_length_to_the_second() {
    let mut measured = Measured {
        energy: Some(dec!(1)),
        ..Measured::default()
    };
    measured.infer_time(Some(2_400_000));
    let hours = measured.time.expect("a length was given");
    for hour_volume in [HourVolume::SnapToPeriod, HourVolume::AsStated] {
        let time = restore_seconds(hours, &measured, Some(2_400_000), hour_volume).unwrap();
        assert_eq!((time.seconds, time.disagrees), (dec!(2400), false));
    }
    let mut reserved = Measured {
        reservation: Some(dec!(1)),
        ..Measured::default()
    };
    reserved.infer_time(Some(2_400_000));
    assert_eq!(reserved.time, None, "a reservation is not charging");
}
