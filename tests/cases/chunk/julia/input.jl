#!/usr/bin/env julia
"""
    Orbits

The paths of bodies around each other.
"""
module Orbits

using LinearAlgebra
using Printf: @printf, @sprintf
import Base: +, show, length
import Statistics as Stats
include("constants.jl")

export Body, System, step!, energy

const G = 6.674e-11
const Vec3{T} = NTuple{3,T}
default_step = 60.0
global verbose::Bool = false

"Whatever has a mass."
abstract type Massive end

primitive type Tag 16 end

"""
    Body(name, mass)

A body with its position and velocity.
"""
struct Body{T<:Real} <: Massive
    name::String
    mass::T
    position::Vector{T}
    velocity::Vector{T}

    function Body{T}(name, mass) where {T}
        mass > 0 || throw(ArgumentError("mass of $name must be positive"))
        new{T}(name, mass, zeros(T, 3), zeros(T, 3))
    end
end

Body(name, mass::T) where {T<:Real} = Body{T}(name, mass)

Base.@kwdef mutable struct System
    bodies::Vector{Body} = Body[]
    time::Float64 = 0.0
end

@enum Integrator euler verlet leapfrog

# How many there are.
length(system::System) = length(system.bodies)

Base.iterate(system::System, at = 1) =
    at > length(system) ? nothing : (system.bodies[at], at + 1)

+(a::System, b::System) = System(bodies = [a.bodies; b.bodies])

function show(io::IO, body::Body)
    print(io, body.name, " (", @sprintf("%.3g", body.mass), " kg)")
end

"""
    step!(system, seconds; integrator = leapfrog)

Moves all bodies.

# Examples
```julia
step!(system, 60.0)
```
"""
function step!(system::System, seconds::Real = default_step; integrator::Integrator = leapfrog)
    function acceleration(body)
        total = zeros(3)
        for other in system.bodies
            other === body && continue
            distance = other.position - body.position
            total += G * other.mass / norm(distance)^3 * distance
        end
        return total
    end

    half(body) = body.velocity .+= acceleration(body) * seconds / 2

    if integrator == leapfrog
        foreach(half, system.bodies)
        for body in system.bodies
            body.position .+= body.velocity * seconds
        end
        foreach(half, system.bodies)
    else
        error("""
        $integrator is not done yet;
        take leapfrog instead.
        """)
    end
    system.time += seconds
    system
end

@inline function energy(system::System)::Float64
    kinetic = sum(0.5 * body.mass * dot(body.velocity, body.velocity) for body in system)
    potential = 0.0
    for i in 1:length(system), j in (i + 1):length(system)
        a, b = system.bodies[i], system.bodies[j]
        potential -= G * a.mass * b.mass / norm(a.position - b.position)
    end
    kinetic + potential
end

"Says how long an expression took, if anybody wants to know."
macro timed(expression)
    quote
        started = time()
        result = $(esc(expression))
        verbose && @printf("%.2f s\n", time() - started)
        result
    end
end

module Units
    const AU = 1.496e11
    astronomical(metres) = metres / AU
end

# Callable: gives the body of that name.
(system::System)(name::AbstractString) = first(filter(body -> body.name == name, system.bodies))

if abspath(PROGRAM_FILE) == @__FILE__
    sun = Body("Sun", 1.989e30)
    earth = Body("Earth", 5.972e24)
    system = System(bodies = [sun, earth])
    @timed for _ in 1:1000
        step!(system)
    end
end

end # module Orbits
