# frozen_string_literal: true

module ColdstartRuntime
  # Error bodies as AWS's runtime words them.
  # https://docs.aws.amazon.com/lambda/latest/dg/ruby-exceptions.html
  module Errors
    # As AWS.
    MOST_FRAMES = 100
    OURS = %r{\A(?:/var/runtime/|-e:|eval:)}

    # What the caller is told. `classification` is Function or Init.
    def self.body(error, classification)
      {
        errorMessage: error.message.dup.force_encoding(Encoding::UTF_8).scrub,
        errorType: "#{classification}<#{error.class}>",
        stackTrace: stack_trace(error)
      }
    end

    # The frames above the runtime's own.
    def self.stack_trace(error)
      frames = (error.backtrace || []).reject { |frame| frame.start_with?("<internal:") }
      frames.take_while { |frame| !frame.match?(OURS) }.first(MOST_FRAMES)
    end
  end
end
