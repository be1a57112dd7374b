# frozen_string_literal: true

require "json"

# The handler's `context:`, under the name that it has on AWS.
# https://docs.aws.amazon.com/lambda/latest/dg/ruby-context.html
class LambdaContext
  attr_reader :aws_request_id, :invoked_function_arn, :log_group_name, :log_stream_name,
              :function_name, :memory_limit_in_mb, :function_version, :identity,
              :client_context, :deadline_ms

  def initialize(invocation)
    @aws_request_id = invocation.request_id
    @deadline_ms = invocation.deadline_ms
    @invoked_function_arn = invocation.function_arn
    @log_group_name = ENV["AWS_LAMBDA_LOG_GROUP_NAME"]
    @log_stream_name = ENV["AWS_LAMBDA_LOG_STREAM_NAME"]
    @function_name = ENV["AWS_LAMBDA_FUNCTION_NAME"]
    # A string on AWS, too.
    @memory_limit_in_mb = ENV["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    @function_version = ENV["AWS_LAMBDA_FUNCTION_VERSION"]
    @identity = invocation.cognito_identity&.then { |text| JSON.parse(text) }
    @client_context = invocation.client_context&.then { |text| JSON.parse(text) }
  end

  # Milliseconds until the function's timeout.
  def get_remaining_time_in_millis
    now = Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond)
    [deadline_ms - now, 0].max
  end
end
