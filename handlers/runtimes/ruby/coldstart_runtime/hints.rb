# frozen_string_literal: true

module ColdstartRuntime
  # What this runtime lacks, one line for each: it is CRuby for WASI, not AWS's Linux.
  module Hints
    NO_NETWORK = "There is no network here: requests to other hosts fail."
    NO_THREADS = "There are no threads here, and so no timeout library."
    NO_PROCESSES = "There are no processes here: a function cannot start programs."
    ONLY_PURE = "only pure Ruby works here."
    # Gems that are, or need, compiled code.
    NATIVE = %w[
      bcrypt bigdecimal charlock_holmes curb eventmachine ffi fiddle google/protobuf grpc
      io/console levenshtein mysql2 nio4r nokogiri oj openssl pg puma racc rmagick snappy
      sqlite3 unf_ext yajl
    ].freeze

    class << self
      # Lines for the log; none if there is nothing to add.
      def of(error)
        hint = error.is_a?(LoadError) ? for_load(error.path.to_s) : for_other(error)
        hint ? [hint] : []
      end

      private

      def for_load(path)
        if path.start_with?("aws-sdk")
          "AWS's runtime contains the AWS SDK; this one does not. A package can bring it, but " \
            "there is no network here for it to call AWS."
        elsif path == "socket" || path.start_with?("net/")
          NO_NETWORK
        elsif (file = extension(path))
          "#{file} is a native extension: #{ONLY_PURE}"
        elsif NATIVE.include?(path)
          "#{path} is a native extension (compiled code): #{ONLY_PURE}"
        end
      end

      # What Ruby says when it is to load compiled code does not name the file.
      def native_extension
        root = ENV.fetch("LAMBDA_TASK_ROOT", "/var/task")
        file = Dir.glob("**/*.so", base: root).min
        file && "#{File.join(root, file)} is a native extension: #{ONLY_PURE}"
      end

      # The compiled file in the package that would have been this feature.
      def extension(path)
        name = "#{path.delete_suffix(".so")}.so"
        $LOAD_PATH.map { |folder| File.join(folder.to_s, name) }.find { |file| File.file?(file) }
      end

      def for_other(error)
        return unless error.is_a?(NotImplementedError)

        case error.message
        when /\A(?:fork|spawn|popen|exec)/ then NO_PROCESSES
        when /\Ainitialize/ then NO_THREADS
        when /\Afalse/ then native_extension
        end
      end
    end
  end
end
