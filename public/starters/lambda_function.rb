require "json"

# Runs once, in the INIT phase of each new environment: what is costly belongs here.
puts "A new environment starts"

# Lambda calls this with each event; what it returns is the response.
def lambda_handler(event:, context:)
  # What is written goes to the log.
  puts "Request #{context.aws_request_id} with #{JSON.generate(event)}"
  {
    statusCode: 200,
    body: JSON.generate("Hello from Lambda!")
  }
end
