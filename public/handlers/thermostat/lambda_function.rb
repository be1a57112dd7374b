# IoT backend: a rule of AWS IoT hands over what a sensor has measured; too hot for too long raises
# an alarm, and it is taken back only once it is clearly cooler, so that it does not flicker.
require 'json'
require 'time'

LIMIT = Float(ENV.fetch('LIMIT_CELSIUS', '30'))
HYSTERESIS = 2.0
READINGS = 3

# Per device, for as long as this environment lives.
$devices = {}

def lambda_handler(event:, context:)
  device = event.fetch('device')
  celsius = Float(event.fetch('temperature'))
  state = ($devices[device] ||= { 'hot' => 0, 'alarm' => false })

  if celsius > LIMIT
    state['hot'] += 1
  elsif celsius < LIMIT - HYSTERESIS
    state['hot'] = 0
  end
  before = state['alarm']
  state['alarm'] = before ? state['hot'].positive? : state['hot'] >= READINGS

  action =
    if state['alarm'] == before then 'none'
    elsif state['alarm'] then 'raise'
    else 'clear'
    end
  puts "#{device}: #{celsius} °C, #{state['hot']} hot readings, alarm #{state['alarm']}"
  { device: device, celsius: celsius, limit: LIMIT, alarm: state['alarm'], action: action }
end
