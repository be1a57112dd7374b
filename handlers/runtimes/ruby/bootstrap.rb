# frozen_string_literal: true

# The Ruby runtime: AWS Lambda's ruby3.4 contract over the Runtime API as files.
#
#   bootstrap.rb              INIT and the loop
#   capture.rb                where the shipped module is captured, and where it goes on
#   coldstart_runtime/
#     api.rb                  the files below /run/lambda (handlers/RUNTIME_API.md)
#     context.rb              the handler's `context:`
#     errors.rb               error bodies, and how they are logged
#     handler.rb              what `_HANDLER` names, and calling it
#     hints.rb                what a WASI build lacks, in one line each
#     log.rb                  Logger in AWS's format
#     wasi.rb                 calls that fail here for reasons that do not matter here

require_relative "coldstart_runtime/api"
require_relative "coldstart_runtime/context"
require_relative "coldstart_runtime/errors"
require_relative "coldstart_runtime/handler"
require_relative "coldstart_runtime/hints"
require_relative "coldstart_runtime/log"
require_relative "coldstart_runtime/wasi"

module ColdstartRuntime
  # AWS's runtime ends with these statuses, as a byte.
  STATUS_AFTER_CRITICAL = -1 & 0xff
  STATUS_AFTER_INIT_ERROR = -4 & 0xff

  class << self
    # INIT, then one invocation after the other. Gives the process's status, or does not return.
    def run
      $stdout.sync = true
      $stderr.sync = true
      Log.install
      root = ENV.fetch("LAMBDA_TASK_ROOT", "/var/task")
      Dir.chdir(root)
      set_paths(root)
      handler = initialise or return STATUS_AFTER_INIT_ERROR
      loop do
        return STATUS_AFTER_CRITICAL unless invoke(handler, Api.next_invocation)
      end
    end

    private

    # The function's code and layers, and the gems that Bundler vendored, as on AWS.
    def set_paths(root)
      $LOAD_PATH.unshift(root, "/opt/ruby/lib")
      ENV["GEM_PATH"] ||= "#{root}/vendor/bundle/ruby/3.4.0:/opt/ruby/gems/3.4.0"
      Gem.clear_paths
    end

    def initialise
      name = ENV.fetch("_HANDLER", "")
      handler = LambdaHandler.new(name)
      handler.load
      handler
    rescue Exception => error # rubocop:disable Lint/RescueException -- so does AWS
      report(error, "Init", "Init error when loading handler #{name}")
      Api.init_error(Errors.body(error, "Init").to_json)
      nil
    end

    # Answers one invocation. False if the process has to end, as AWS's does after errors that no
    # handler is meant to survive.
    def invoke(handler, invocation)
      Log.request_id = invocation.request_id
      ENV["_X_AMZN_TRACE_ID"] = invocation.trace_id
      context = LambdaContext.new(invocation)
      Api.response(handler.call(invocation.parsed_event, context))
      true
    rescue Exception => error # rubocop:disable Lint/RescueException -- so does AWS
      survives = error.is_a?(StandardError) && !error.is_a?(NameError)
      kind = survives ? "Error raised from handler method" : "Critical exception from handler"
      report(error, "Function", kind)
      Api.error(Errors.body(error, "Function").to_json)
      survives
    end

    def report(error, classification, message)
      puts message, JSON.pretty_generate(Errors.body(error, classification))
      Hints.of(error).each { |hint| puts "[Coldstart] #{hint}" }
    end
  end
end
