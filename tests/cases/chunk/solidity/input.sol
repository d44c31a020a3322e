// SPDX-License-Identifier: MIT
pragma solidity ^0.8.20;

import "./Dates.sol";
import {Ownable, Pausable as Stoppable} from "./Control.sol";
import * as Maths from "./Maths.sol";

uint256 constant METRES = 3048;

/// A height is out of what can be.
error NotAHeight(int256 height, address from);

type Height is int64;

enum Kind { High, Low }

struct Reading {
    uint64 time;
    int64 height;
    Kind kind;
}

/// @title What pays for a reading.
interface IPurse {
    function pay(address to, uint256 amount) external returns (bool);
}

library Heights {
    /// Feet to metres.
    function metres(int256 feet) internal pure returns (int256) {
        return feet * int256(METRES) / 10000;
    }
}

using Heights for int256;

function highest(int64[] memory heights) pure returns (int64 best) {
    for (uint256 i = 0; i < heights.length; ++i) {
        if (heights[i] > best) best = heights[i];
    }
}

/**
 * @title Records of the gauges.
 * @notice A reading can be added and never be taken back.
 */
contract Tides is Ownable, Stoppable {
    using Heights for int256;

    event Added(bytes3 indexed harbour, uint64 time, int64 height);

    error Closed();

    mapping(bytes3 => Reading[]) private readings;
    mapping(address gauge => bytes3 harbour) public gauges;
    IPurse public immutable purse;
    uint256 public constant FEE = 1 gwei;
    bool internal closed;

    struct Gauge { bytes3 harbour; uint64 since; }

    enum State { Open, Closed }

    modifier onlyGauge() {
        require(gauges[msg.sender] != bytes3(0), "not a gauge");
        _;
    }

    constructor(IPurse purse_) Ownable(msg.sender) {
        purse = purse_;
    }

    receive() external payable {}

    fallback() external payable {
        revert Closed();
    }

    /// Adds a reading.
    /// @param feet above the datum
    function add(uint64 time, int256 feet) external onlyGauge whenNotPaused returns (uint256 count) {
        int256 height = feet.metres();
        if (height > 2000 || height < -2000) {
            revert NotAHeight(height, msg.sender);
        }
        bytes3 harbour = gauges[msg.sender];
        Kind kind = height > 0 ? Kind.High : Kind.Low;
        readings[harbour].push(Reading({time: time, height: int64(height), kind: kind}));
        emit Added(harbour, time, int64(height));
        try purse.pay(msg.sender, FEE) returns (bool paid) {
            require(paid);
        } catch Error(string memory) {
            closed = true;
        }
        unchecked { count = readings[harbour].length + 0; }
    }

    function last(bytes3 harbour) public view virtual returns (Reading memory) {
        Reading[] storage all = readings[harbour];
        return all[all.length - 1];
    }

    function _sum(uint256 a, uint256 b) private pure returns (uint256 c) {
        assembly {
            c := add(a, b)
            if lt(c, a) { revert(0, 0) }
        }
    }
}

abstract contract Spring is Tides {
    function springs(bytes3 harbour) external view virtual returns (uint256);
}
