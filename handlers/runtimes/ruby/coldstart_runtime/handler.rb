# frozen_string_literal: true

require "json"
require "stringio"

# What `_HANDLER` names: `file.method` or `file.Class.method`. Undefined methods are reported as
# missing on an instance of this class, so it has the name that it has on AWS.
class LambdaHandler
  def initialize(name)
    parts = name.split(".")
    unless [2, 3].include?(parts.size)
      raise ArgumentError, "Invalid handler #{parts}, must be of form FILENAME.METHOD or " \
                           "FILENAME.CLASS.METHOD where FILENAME corresponds with an existing " \
                           "Ruby source file FILENAME.rb, CLASS is an optional module/class " \
                           "namespace and METHOD is a callable method. If using CLASS, METHOD " \
                           "must be a class-level method."
    end
    @file = parts.first
    @class = parts[1] if parts.size == 3
    @method = parts.last
  end

  def load = require(@file)

  # The response's bytes.
  def call(event, context)
    receiver = @class ? Kernel.const_get(@class) : self
    marshalled(receiver.__send__(@method, event: event, context: context))
  end

  private

  # As AWS: what can be read is the response as it is, everything else becomes JSON.
  def marshalled(result)
    case result
    when StringIO, IO then result.read
    else result.to_json
    end
  end
end
