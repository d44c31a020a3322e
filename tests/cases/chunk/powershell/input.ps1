#requires -Version 7.0

<#
.SYNOPSIS
    Tide tables from the records of the gauges.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory, Position = 0)]
    [string[]] $Harbour,

    [ValidateSet('html', 'csv')]
    [string] $Format = 'html'
)

Set-StrictMode -Version Latest
Import-Module "$PSScriptRoot/Dates.psm1"
. "$PSScriptRoot/Records.ps1"

$script:Cache = @{}
$Metres = 0.3048

enum Kind {
    High = 1
    Low = 2
}

# One turn of the tide.
class Water {
    [datetime] $Time
    [double] $Height
    hidden [Kind] $Kind
    static [int] $Count = 0

    Water([datetime] $time, [double] $height) {
        $this.Time = $time
        $this.Height = $height
        [Water]::Count++
    }

    [string] ToString() {
        return '{0:HH:mm}  {1:N1} m' -f $this.Time, $this.Height
    }

    static [Water] Parse([string] $line) {
        $parts = $line -split ','
        return [Water]::new([datetime]::Parse($parts[0]), [double] $parts[1] * $script:Metres)
    }
}

class SpringWater : Water {
    SpringWater([datetime] $time) { $this.Time = $time }
}

function Get-Record {
    <#
    .SYNOPSIS
        The lines of a gauge's record.
    #>
    [CmdletBinding()]
    [OutputType([Water])]
    param(
        [Parameter(ValueFromPipeline)]
        [string] $Code,
        [datetime] $Since = (Get-Date).AddDays(-1)
    )
    begin {
        $root = Join-Path $PSScriptRoot 'records'
    }
    process {
        $path = Join-Path $root "$Code.csv"
        if (-not (Test-Path $path)) {
            Write-Warning "no record of $Code"
            return
        }
        if (-not $script:Cache.ContainsKey($Code)) {
            $script:Cache[$Code] = Get-Content $path |
                Where-Object { $_ -notmatch '^#' } |
                ForEach-Object { [Water]::Parse($_) }
        }
        $script:Cache[$Code] | Where-Object Time -GE $Since
    }
    end {
        Write-Verbose "$([Water]::Count) waters"
    }
}

filter Select-High { if ($_.Kind -eq [Kind]::High) { $_ } }

function global:Format-Table2([Water[]] $Waters, [switch] $Quiet) {
    switch ($Format) {
        'html' { "<table>$($Waters | ForEach-Object { "<tr><td>$_</td></tr>" })</table>" }
        default { $Waters | ConvertTo-Csv }
    }
}

$Harbour | Get-Record | Select-High | ForEach-Object {
    if ($PSCmdlet.ShouldProcess($_, 'print')) { Format-Table2 $_ }
}
