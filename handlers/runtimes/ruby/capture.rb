# frozen_string_literal: true

# Where the shipped module begins.
#
# Starting CRuby and requiring what handlers use is the same work each time. So it happens once,
# when the runtime is built: this file is loaded, and then the memory is captured. The shipped
# module's `_start` evaluates `Capture.resume`. See xtask/src/runtimes/capture for the builder's
# side.

# Required for handlers: each would cost a cold start 5 to 500 ms.
require "base64"
require "csv"
require "date"
require "digest"
require "erb"
require "fileutils"
require "json"
require "logger"
require "ostruct"
require "pathname"
require "securerandom"
require "set"
require "stringio"
require "strscan"
require "tempfile"
require "time"
require "uri"
require "yaml"

require_relative "bootstrap"

module Capture
  # Layout of the mailbox, which the builder finds by its mark. `_start` puts the environment
  # variables into it: their number, their size in bytes, pointers to them, then the variables.
  MAILBOX_BYTES = 64 * 1024
  VARIABLES_AT = 8 + (4 * 1024)
  MAILBOX = ("\0".b * MAILBOX_BYTES)
  # In two steps, so that the whole mark is nowhere else in memory.
  MAILBOX[0, 8] = "captured".b
  MAILBOX[8, 8] = "-mailbox".b

  AT_EXIT = [] # rubocop:disable Style/MutableConstant

  class << self
    # Goes on as `ruby bootstrap.rb` would, from its first line to its exit status.
    def resume
      read_environment
      # Seeded from the builder's randomness otherwise.
      srand
      status = run
      AT_EXIT.reverse_each(&:call)
      exit!(status)
    end

    private

    # Replaces the builder's environment variables by the function's.
    def read_environment
      count, size = MAILBOX.unpack("VV")
      variables = MAILBOX.byteslice(VARIABLES_AT, size).split("\0").first(count)
      ENV.replace(variables.to_h { |variable| variable.dup.force_encoding("UTF-8").split("=", 2) })
    end

    def run
      ColdstartRuntime.run
    rescue SystemExit => error
      error.status
    rescue Exception => error # rubocop:disable Lint/RescueException -- nothing is above
      warn error.full_message(highlight: false)
      1
    end
  end
end

# The interpreter's own list is never worked off: it does not come to its end.
module Kernel
  def at_exit(&block)
    Capture::AT_EXIT << block
    block
  end
  module_function :at_exit
end

GC.start
