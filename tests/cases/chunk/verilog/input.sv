// The gauge's counter and what reads it.
`timescale 1ns / 1ps
`include "gauge.svh"
`define FEET_PER_STEP 12'd3

package tide_types;
  import bus_types::*;

  typedef enum logic [1:0] { LOW, RISING, HIGH, FALLING } state_t;

  typedef struct packed {
    logic [31:0] stamp;
    logic [11:0] height;
  } reading_t;

  parameter int DEPTH = 16;

  // Feet to centimetres, near enough.
  function automatic logic [15:0] metres(input logic [11:0] feet);
    return (feet * 16'd305) / 16'd10;
  endfunction
endpackage

interface gauge_if #(parameter WIDTH = 12) (input logic clk);
  logic [WIDTH-1:0] height;
  logic valid, ready;

  modport gauge (output height, output valid, input ready);
  modport reader (input height, input valid, output ready);
endinterface

/* Counts the steps of the float. */
module counter #(
  parameter WIDTH = 12,
  parameter [WIDTH-1:0] LIMIT = 4000
) (
  input  logic clk,
  input  logic rst_n,
  input  logic up, down,
  output logic [WIDTH-1:0] height,
  output wire full
);
  localparam STEP = `FEET_PER_STEP;
  logic [WIDTH-1:0] next;

  assign full = height >= LIMIT;

  always_comb begin
    next = height;
    if (up && !full) next = height + STEP;
    else if (down && height != 0) next = height - STEP;
  end

  always_ff @(posedge clk or negedge rst_n) begin
    if (!rst_n) height <= '0;
    else height <= next;
  end

  // Never above what the float can reach.
  property in_range;
    @(posedge clk) disable iff (!rst_n) height <= LIMIT;
  endproperty
  assert property (in_range);
endmodule

module reader import tide_types::*; (gauge_if.reader gauge, input logic clk, rst_n);
  state_t state;
  reading_t queue [0:DEPTH-1];
  genvar i;

  generate
    for (i = 0; i < 2; i++) begin : lanes
      counter #(.WIDTH(12)) lane (.clk(clk), .rst_n(rst_n), .up(gauge.valid), .down(1'b0), .height(), .full());
    end
  endgenerate

  task automatic put(input reading_t reading);
    queue[0] <= reading;
  endtask

  always @(posedge clk) begin
    case (state)
      LOW: if (gauge.valid) state <= RISING;
      RISING: state <= HIGH;
      default: state <= LOW;
    endcase
  end

  initial begin
    $display("depth %0d", DEPTH);
    #10 state <= LOW;
  end
endmodule

class tide_test extends base_test;
  rand bit [11:0] height;
  constraint sane { height < 4000; }

  function new(string name = "tide_test");
    super.new(name);
  endfunction

  virtual task run();
    repeat (10) begin
      #5 $display("%0d", height);
    end
  endtask
endclass
