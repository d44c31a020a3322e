#!/usr/bin/perl
# What the grammar reads wrongly, and what is around it.
package Tally::Names;
use strict;

our $VERSION = '1.2';

# Comes before.
sub first {
    my ($self) = @_;
    return $self->{names}[0];
}

# The grammar takes the second `$` for a variable, and the quotation goes on.
sub is_listed {
    my ($name) = @_;
    my @parts = $name =~ m$[A-Z]+$g;
    return grep { $_ eq "$parts[0]" } all_names();
}

# Comes behind, with an example that is none of its definitions.
sub usage {
    print <<END;
sub example {
    return 1;
}
END
    return 0;
}

=head1 COUNTING

sub counted in prose is no definition:

    sub shown {
        return 2;
    }

=cut

{
    my $count = 0;

    sub count { return $count }

    # Too long for one chunk, and wrong again.
    sub describe {
        my ($self, $style) = @_;
        my $prefix = $style ? "$self->" : '';
        my @lines = map { $prefix . $_ } @{ $self->{names} };
        push @lines, "count: $count" if $count > 0;
        push @lines, "first: " . $self->first if @lines;
        push @lines, "the first of these names is the one that was added first of all";
        push @lines, "the last of these names is the one that was added last of all";
        for my $line (@lines) {
            next if $line eq 'none';
            $line = ucfirst $line;
            $line = "$line, and so on and so forth" if length($line) > 40;
        }
        return join "\n", @lines;
    }

    sub add {
        my ($self, $name) = @_;
        $count++;
        push @{ $self->{names} }, $name;
    }
}

package Tally::Names::Sorted;

my $order = $ENV{ORDER} ? "$order->" : 'up';

our @ISA = ('Tally::Names');

# Comes last.
sub names {
    my ($self) = @_;
    return sort { $a cmp $b } @{ $self->{names} };
}

1;
