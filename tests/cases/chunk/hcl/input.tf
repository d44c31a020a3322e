# The gauges' machines.
terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.40"
    }
  }

  backend "s3" {
    bucket = "tides-state"
    key    = "gauges/terraform.tfstate"
    region = "eu-west-2"
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Where the machines stand"
  type        = string
  default     = "eu-west-2"

  validation {
    condition     = startswith(var.region, "eu-")
    error_message = "The records may not leave Europe."
  }
}

variable "gauges" {
  type = map(object({
    harbour = string
    since   = number
  }))
}

locals {
  tags = {
    project = "tides"
    owner   = "survey"
  }
  old_gauges = { for code, gauge in var.gauges : code => gauge if gauge.since < 1950 }
}

data "aws_ami" "debian" {
  most_recent = true
  owners      = ["136693071363"]

  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }
}

/* One for each gauge:
   they do not share a disk. */
resource "aws_instance" "reader" {
  for_each      = var.gauges
  ami           = data.aws_ami.debian.id
  instance_type = contains(keys(local.old_gauges), each.key) ? "t3.small" : "t3.micro"
  tags          = merge(local.tags, { Name = "gauge-${each.key}" })

  user_data = <<-EOT
    #!/bin/sh
    # Not a comment of this file.
    apt-get install --yes tides
    tides-reader --harbour "${each.value.harbour}" %{ if each.value.since < 1950 }--paper%{ endif }
  EOT

  dynamic "ebs_block_device" {
    for_each = each.value.since < 1950 ? [1] : []
    content {
      device_name = "/dev/sdb"
      volume_size = 20
    }
  }

  lifecycle {
    ignore_changes = [ami]
  }
}

resource "aws_s3_bucket" "records" {
  bucket = "tide-records"
}

module "pages" {
  source  = "./modules/pages"
  bucket  = aws_s3_bucket.records.id
  domains = ["tides.example.org"]
}

output "addresses" {
  description = "Where each gauge is read"
  value       = { for code, machine in aws_instance.reader : code => machine.public_ip }
}
