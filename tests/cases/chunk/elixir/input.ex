defmodule Post.Parcel do
  @moduledoc """
  Parcels, from the counter to the door.
  """

  use GenServer
  use Ecto.Schema
  import Ecto.Query, only: [from: 2]
  alias Post.{Address, Tracking}
  alias Post.Store, as: Repo
  require Logger

  @behaviour Post.Item
  @default_weight 500
  @type state :: :posted | :moving | :delivered
  @typep grams :: non_neg_integer()
  @opaque ticket :: reference()

  defstruct [:id, :to, weight: @default_weight, state: :posted]

  defguard is_heavy(weight) when weight > 20_000

  @doc "What one costs, in cents."
  @spec price(t :: %__MODULE__{}) :: pos_integer()
  def price(parcel)
  def price(%{weight: weight}) when is_heavy(weight), do: 1_690
  def price(%{weight: weight}) when weight > 5_000, do: 1_090
  def price(_parcel), do: 549

  @doc """
  Starts to follow a parcel.

      iex> {:ok, pid} = Post.Parcel.start_link("P-1")
  """
  @deprecated "Use follow/2"
  def start_link(id, options \\ []) do
    GenServer.start_link(__MODULE__, id, options)
  end

  @impl GenServer
  def init(id) do
    case Repo.get(__MODULE__, id) do
      nil -> {:stop, :unknown}
      parcel -> {:ok, parcel, {:continue, :announce}}
    end
  end

  @impl GenServer
  def handle_call(:state, _from, parcel), do: {:reply, parcel.state, parcel}

  def handle_call({:move, place}, _from, %{state: :delivered} = parcel) do
    Logger.warning("#{parcel.id} cannot move to #{place}")
    {:reply, {:error, :delivered}, parcel}
  end

  def handle_call({:move, place}, _from, parcel) do
    with {:ok, address} <- Address.parse(place),
         :ok <- Tracking.record(parcel.id, address) do
      {:reply, :ok, %{parcel | state: next(parcel, address)}}
    else
      {:error, reason} ->
        Logger.error("no such place: #{inspect(reason)}")
        {:reply, {:error, reason}, parcel}
    end
  end

  # Delivered when it is where it should be.
  defp next(%{to: to}, to), do: :delivered
  defp next(_, _), do: :moving

  def left <~> right, do: left.id == right.id

  defmacro on_delivery(parcel, do: block) do
    quote do
      if unquote(parcel).state == :delivered, do: unquote(block)
    end
  end

  def late(days) do
    from p in __MODULE__,
      where: p.state != :delivered,
      where: p.inserted_at < ago(^days, "day"),
      order_by: [asc: p.inserted_at]
  end

  defdelegate history(parcel), to: Tracking

  defmodule Lost do
    @moduledoc false
    defexception [:message, :id]

    def exception(id), do: %__MODULE__{id: id, message: "parcel #{id} is lost"}
  end
end

defprotocol Post.Item do
  @doc "Whether it goes through a letter box."
  @spec flat?(t()) :: boolean()
  def flat?(item)
end

defmodule Post.Carrier do
  @callback pick_up(parcel :: Post.Parcel.t()) :: :ok | {:error, term()}
  @callback capacity() :: non_neg_integer()
  @optional_callbacks capacity: 0
end

defimpl Post.Item, for: Post.Parcel do
  def flat?(%{weight: weight}), do: weight < 200
end

defmodule Post.ParcelTest do
  use ExUnit.Case, async: true

  setup do
    %{parcel: %Post.Parcel{id: "P-1", weight: 100}}
  end

  describe "price/1" do
    test "is low for what is light", %{parcel: parcel} do
      assert Post.Parcel.price(parcel) == 549
    end

    test "is high for what is heavy" do
      assert Post.Parcel.price(%Post.Parcel{weight: 25_000}) == 1_690
    end
  end
end
