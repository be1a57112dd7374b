# frozen_string_literal: true

require "etc"
require "tmpdir"

# Calls that fail here for reasons that do not matter here.

class File
  # WASI has no locks, and an environment has no second process to lock out.
  def flock(_operation) = 0
end

class Dir
  # WASI has no permission bits, by which Ruby would judge whether the folder can be written.
  def self.tmpdir = ENV.fetch("TMPDIR", "/tmp")
end

# WASI's C library has no locale that says UTF-8, so Ruby would take variables for bytes.
module Utf8Variables
  def [](name) = utf8(super)
  def fetch(*) = utf8(super)
  def to_h(*) = super.transform_values { |value| utf8(value) }

  private

  def utf8(value) = value.is_a?(String) ? value.dup.force_encoding(Encoding::UTF_8).freeze : value
end
ENV.singleton_class.prepend(Utf8Variables)
