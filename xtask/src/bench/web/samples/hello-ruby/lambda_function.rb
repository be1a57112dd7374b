def lambda_handler(event:, context:)
  { hello: event["name"] }
end
