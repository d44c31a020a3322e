#!/usr/bin/perl
# Tide tables from the records of the gauges.
package Tides;

use strict;
use warnings;
use feature qw(say signatures);
use parent -norequire, 'Table';
use constant METRES => 0.3048;
use List::Util qw(max min);
require Carp;

our $VERSION = '2.1';
our @EXPORT_OK = qw(metres waters);
my %cache;

BEGIN {
    $ENV{TZ} ||= 'Europe/London';
}

=head1 NAME

Tides - tide tables

=head2 new

Takes the code of a harbour.

=cut

sub new {
    my ($class, %options) = @_;
    my $self = bless { code => $options{code} // Carp::croak('no code'), waters => [] }, $class;
    return $self;
}

# Feet to metres.
sub metres($feet, $datum = 0) { sprintf "%.2f", max 0, $feet * METRES - $datum }

sub read_record {
    my $self = shift;
    my $path = "records/$self->{code}.csv";
    open my $in, '<', $path or die "$path: $!";
    LINE: while (my $line = <$in>) {
        chomp $line;
        next LINE if $line =~ m{^\s*(?:\#|$)};
        my ($time, $feet, $kind) = split /,/, $line;
        unless (defined $feet && $feet =~ /^-?\d+(?:\.\d+)?$/) {
            warn "$path:$.: not a height: $line\n";
            next;
        }
        (my $hour = $time) =~ s/.*T(\d\d):.*/$1/;
        push @{ $self->{waters} }, { time => $time, hour => $hour, height => metres($feet), kind => $kind };
    }
    close $in;
    $cache{ $self->{code} } = $self->{waters};
    return scalar @{ $self->{waters} };
}

my $by_time = sub ($x, $y) { $x->{time} cmp $y->{time} };

sub table {
    my ($self, $format) = @_;
    my @waters = sort { $by_time->($a, $b) } grep { $_->{kind} eq 'high' } @{ $self->{waters} };
    my $head = <<"END";
<h1>$self->{code}</h1>
<p>Not a comment: # sub fake { }</p>
END
    return $head . join "\n", map { qq(<tr><td>$_->{time}</td><td>$_->{height}</td></tr>) } @waters;
}

sub DESTROY { delete $cache{ $_[0]{code} } }

package Tides::Spring {
    our @ISA = ('Tides');

    sub table {
        my $self = shift;
        my $table = $self->SUPER::table(@_);
        $table =~ tr/a-z/A-Z/;
        return $table;
    }
}

package main;

sub usage {
    say STDERR "usage: $0 HARBOUR...";
    exit 2;
}

usage() unless @ARGV;
for my $code (@ARGV) {
    my $tides = Tides->new(code => $code);
    $tides->read_record;
    print $tides->table('html'), "\n";
}

1;

__DATA__
NTH,Northam
EWK,Eastwick
