# frozen_string_literal: true

require "json"

module ColdstartRuntime
  # The Runtime API as files: see handlers/RUNTIME_API.md.
  module Api
    # What a read of `next` gave.
    class Invocation
      def initialize(text)
        head, _, rest = text.partition("\n\n")
        @headers = head.each_line(chomp: true).to_h do |line|
          name, value = line.split(": ", 2)
          [name.downcase, value]
        end
        length = @headers.fetch("content-length", rest.bytesize).to_i
        @event = rest.byteslice(0, length).force_encoding(Encoding::UTF_8)
      end

      def request_id = header("lambda-runtime-aws-request-id")
      def deadline_ms = header("lambda-runtime-deadline-ms").to_i
      def function_arn = header("lambda-runtime-invoked-function-arn")
      def trace_id = header("lambda-runtime-trace-id")
      def client_context = header("lambda-runtime-client-context")
      def cognito_identity = header("lambda-runtime-cognito-identity")

      # The handler's event: text if it is not JSON.
      def parsed_event
        json = header("content-type").nil? || header("content-type") == "application/json"
        json ? JSON.parse(@event) : @event
      end

      private

      def header(name)
        value = @headers[name]
        value&.dup&.force_encoding(Encoding::UTF_8)
      end
    end

    class << self
      # Waits for an event.
      def next_invocation = Invocation.new(read_next)

      # Ends the invocation with its response.
      def response(body) = write("response", body)

      # Ends the invocation with an error, JSON.
      def error(body) = write("error", body)

      # Says why there is no handler, JSON.
      def init_error(body) = write("init/error", body)

      private

      def path(name) = "#{ENV.fetch("COLDSTART_RUNTIME_API", "/run/lambda")}/#{name}"

      # Open for good: the file system in the interpreter's module keeps a few bytes for every
      # opening.
      def read_next
        @next ? @next.rewind : @next = File.open(path("next"), "rb")
        @next.read
      end

      # Without IO::CREAT and IO::TRUNC: the files are the platform's.
      def write(name, body)
        File.open(path(name), IO::WRONLY | IO::BINARY) { |file| file.write(body) }
      end
    end
  end
end
