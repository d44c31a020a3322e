#!/usr/bin/env ruby
# frozen_string_literal: true

require "json"
require_relative "lib/store"
autoload :YAML, "yaml"

$verbose = false
VERSION = "1.4.2"

# Jobs that run later.
module Later
  DEFAULT_QUEUE = :normal

  class Error < StandardError; end
  Retry = Class.new(Error)

  module Hooks
    def self.included(base)
      base.extend(ClassMethods)
    end

    module ClassMethods
      def before(name, &block)
        hooks[name] = block
      end
    end
  end

  # One job.
  #
  # It is run at least once.
  class Job
    include Hooks
    attr_reader :name, :arguments
    attr_accessor :state
    STATES = %i[waiting running done].freeze
    @@count = 0

    class << self
      attr_writer :logger

      def logger
        @logger ||= Logger.new($stderr)
      end

      private

      def hidden; end
    end

    def self.create(name, *arguments, queue: DEFAULT_QUEUE)
      job = new(name, arguments)
      Store.append(queue, job)
      job
    end

    def initialize(name, arguments)
      @name = name
      @arguments = arguments
      @state = :waiting
      @@count += 1
    end

    # Runs the job; retries what failed.
    def run(retries: 3)
      attempt = 0
      begin
        attempt += 1
        self.state = :running
        result = handler.call(*arguments)
        self.state = :done
        result
      rescue Retry => error
        if attempt <= retries
          self.class.logger.warn("#{name}: #{error.message}, attempt #{attempt}")
          sleep(2**attempt)
          retry
        end
        raise
      rescue Error, IOError => error
        self.state = :failed
        self.class.logger.error(<<~TEXT)
          #{name} failed: #{error.message}
          arguments: #{arguments.inspect}
          after #{attempt} attempts
        TEXT
        nil
      ensure
        Store.touch(self)
      end
    end

    def done? = state == :done

    def ==(other)
      other.is_a?(Job) && other.name == name
    end

    def []=(key, value)
      arguments[key] = value
    end

    alias perform run
    alias_method :call, :run

    define_method(:waiting?) { state == :waiting }

    private

    def handler
      Store.handlers.fetch(name) { raise Error, "no handler for #{name}" }
    end
  end

  class Job::Cron < Job
    def due?(now = Time.now)
      now.min.zero?
    end
  end
end

def main(argv)
  Later::Job.create(*argv).run
end

task :default do
  main(ARGV)
end

main(ARGV) if $PROGRAM_NAME == __FILE__
