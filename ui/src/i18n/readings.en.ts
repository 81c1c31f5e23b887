/** The open points of the standard and how each can be read, in plain words. */

interface SwitchText {
  name: string;
  readings: Record<string, string>;
}

const switches: Record<string, SwitchText> = {
  element_lookup: {
    name: 'Which element sets the price',
    readings: {
      per_dimension: 'for each kind of price, the first that has it',
      single_element: 'the first that applies sets them all',
    },
  },
  infer_missing_time: {
    name: 'Time that was not reported',
    readings: { off: 'is not billed', from_timestamps: 'is taken from the clock' },
  },
  missing_tariff_id: {
    name: 'Periods that name no tariff',
    readings: {
      single_or_by_start: 'have the tariff of the session',
      free: 'cost nothing',
    },
  },
  wrap_weekday: {
    name: 'Weekday after midnight',
    readings: {
      instant: 'the day it is then',
      window_start: 'the day on which the hours began',
    },
  },
  power_source: {
    name: 'Power and current',
    readings: {
      extremes_then_average_then_energy: 'stated limits, else average, else from energy',
      treat_unknown_as_match: 'stated limits only; unknown power fits every rule',
      treat_unknown_as_no_match: 'stated limits only; unknown power fits no rule',
    },
  },
  one_sided_extreme: {
    name: 'Only a highest or a lowest power',
    readings: {
      missing_side_unknown: 'says nothing about the other end',
      stated_side_serves_both: 'stands for both ends',
    },
  },
  equal_window: {
    name: 'Hours that begin and end at the same time',
    readings: { whole_day: 'mean the whole day', never: 'mean never' },
  },
  lone_midnight_end: {
    name: 'Hours until 00:00 without a start',
    readings: { end_of_day: 'last until the end of the day', never: 'mean never' },
  },
  period_split: {
    name: 'Periods across a price change',
    readings: {
      as_reported: 'keep the price of their start',
      split_linear: 'are split where the price changes',
    },
  },
  period_order: {
    name: 'Order of the periods',
    readings: { sorted_by_start: 'by their start', as_given: 'as they were sent' },
  },
  hour_volume: {
    name: 'Times given in hours',
    readings: {
      snap_to_period: 'are read as the seconds they stood for',
      as_stated: 'are taken digit by digit',
    },
  },
  step_mode: {
    name: 'Rounding up to steps',
    readings: {
      session_last: 'the session; of charging and parking only the last',
      per_dimension: 'the session; charging and parking each',
      combined_time: 'the session; charging and parking together',
      per_period: 'every period',
      off: 'never',
    },
  },
  step_basis: {
    name: 'What counts toward a step',
    readings: { billable: 'only what has a price', all: 'also what has no price' },
  },
  flat_mode: {
    name: 'Flat fee',
    readings: {
      once_per_session: 'once a session',
      once_per_component: 'once for each that applies',
      once_per_period: 'in every period',
    },
  },
  station_pause: {
    name: 'Pauses made by the station',
    readings: {
      as_reported: 'are billed as reported',
      as_time: 'are charging time',
      free: 'cost nothing',
    },
  },
  limits_scope: {
    name: 'Lowest and highest price',
    readings: {
      charging_session: 'hold for charging only',
      any_cdr: 'hold for a reservation alone too',
    },
  },
  limits_tax: {
    name: 'Gross price where a limit changed the net',
    readings: { separate: 'has its own limit', proportional: 'changes in proportion' },
  },
  time_price_unit: {
    name: 'Prices of time',
    readings: { hour: 'are per hour', minute: 'are per minute' },
  },
  tier_mode: {
    name: 'Prices from so many kWh or minutes',
    readings: {
      marginal: 'hold for what lies beyond',
      whole: 'hold for the whole session',
    },
  },
  credit_sign: {
    name: 'Quantities of a credit',
    readings: { as_stated: 'keep their sign', negated: 'have their sign turned' },
  },
  rounding: { name: 'Rounding of amounts', readings: {} },
  tax_stage: {
    name: 'VAT',
    readings: { per_rate: 'on the sum of each rate', per_line: 'on each line' },
  },
};

export const roundingStages: Record<string, string> = {
  none: 'nothing',
  per_period: 'each period',
  per_line: 'each line',
  per_dimension: 'each part',
  per_total: 'totals only',
};

export const roundingModes: Record<string, string> = {
  half_up: 'half up',
  half_even: 'half to even',
  up: 'up',
  down: 'down',
};

function spaced(word: string): string {
  return word.replaceAll('_', ' ');
}

/** The name of a switch; an unknown one shows itself. */
export function switchName(name: string): string {
  return switches[name]?.name ?? spaced(name);
}

/** "totals only to 2 decimals, half up". */
function roundingText(reading: string): string {
  const [stage = '', digits = '', mode = ''] = reading.split(',').map((word) => word.trim());
  const where = roundingStages[stage] ?? spaced(stage);
  if (stage === 'none' || !mode) return where;
  return `${where} to ${digits} decimals, ${roundingModes[mode] ?? spaced(mode)}`;
}

/** One reading of a switch in words. */
export function readingText(name: string, reading: string): string {
  if (name === 'rounding') return roundingText(reading);
  return switches[name]?.readings[reading] ?? spaced(reading);
}
