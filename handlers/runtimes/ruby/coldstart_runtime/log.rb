# frozen_string_literal: true

require "json"
require "logger"

module ColdstartRuntime
  # Logger in AWS's format, which names the request.
  # https://docs.aws.amazon.com/lambda/latest/dg/ruby-logging.html
  module Log
    class << self
      # The current invocation's; nil in INIT.
      attr_accessor :request_id

      def install
        Logger.prepend(Patch) unless Logger.include?(Patch)
      end
    end

    # Of Ruby's own format, with the request's id before the program's name.
    class Text < Logger::Formatter
      def call(severity, time, program, message)
        format("%s, [%s #%d] %5s %s -- %s: %s\n", severity[0], format_datetime(time), Process.pid,
               severity, Log.request_id, program, msg2str(message))
      end
    end

    # One object a line, for the log format JSON.
    class Json < Logger::Formatter
      def call(severity, time, program, message)
        fields = {
          timestamp: time.utc.strftime("%Y-%m-%dT%H:%M:%S.%6NZ"),
          level: severity,
          message: message.is_a?(Exception) ? message.message : msg2str(message),
          requestId: Log.request_id,
          logger: program
        }
        if message.is_a?(Exception)
          fields[:errorType] = message.class.to_s
          fields[:errorMessage] = message.message
          fields[:stackTrace] = message.backtrace
        end
        "#{JSON.generate(fields.compact)}\n"
      end
    end

    # Loggers to nowhere and to the console write to the log, as on AWS.
    module Patch
      def initialize(device = nil, *arguments, **options)
        super
        return unless [nil, $stdout, $stderr].include?(device)

        @logdev ||= Logger::LogDevice.new($stdout)
        json = ENV["AWS_LAMBDA_LOG_FORMAT"].to_s.casecmp?("JSON")
        @default_formatter = json ? Json.new : Text.new
      end
    end
  end
end
